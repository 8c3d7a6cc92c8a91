// Svelte's settings: runes everywhere. What is built and served is in vite.config.ts.
export default { compilerOptions: { runes: true } };
