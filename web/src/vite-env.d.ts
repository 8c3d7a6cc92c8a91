/// <reference types="svelte" />
/// <reference types="vite/client" />
declare module 'maplibre-gl/dist/maplibre-gl-csp' {
  const library: typeof import('maplibre-gl');
  export default library;
}
