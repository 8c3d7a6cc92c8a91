// How the screens are built and, while working on them, served: then the API comes from a running node,
// BELFRY_ORIGIN or what `belfry demo` serves by default.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const node = process.env['BELFRY_ORIGIN'] ?? 'http://127.0.0.1:8480';
// The node answers its own pages only: it is shown its own address.
const proxy = { '/api': { target: node, changeOrigin: true, headers: { origin: node } } };

// As the node does: `/residents` is a page of its own, every other address shows the members' screens.
const send = (request: { url?: string | undefined }, _: unknown, next: () => void) => {
  if (/^\/residents(?:[/?#]|$)/.test(request.url ?? '')) request.url = '/residents.html';
  next();
};
const residents: Plugin = {
  name: 'residents',
  configureServer: (server) => void server.middlewares.use(send),
  configurePreviewServer: (server) => void server.middlewares.use(send),
};

export default defineConfig({
  plugins: [svelte(), residents],
  server: { host: '127.0.0.1', proxy },
  preview: { host: '127.0.0.1', proxy },
  build: {
    target: 'es2022',
    // Nothing inline: the policy of the node allows own files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      input: { index: 'index.html', residents: 'residents.html' },
      output: { manualChunks: (id) => (id.includes('maplibre-gl') ? 'map-library' : undefined) },
    },
  },
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], setupFiles: ['src/i18n/setup.ts'], testTimeout: 60_000 },
});
