// How the screens are built and, while working on them, served.
// The API comes from the node named in BELFRY_ORIGIN, else from the small mock in mock/.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { mockNode } from './mock/plugin';

const origin = process.env['BELFRY_ORIGIN'];
const proxy = origin ? { '/api': { target: origin, changeOrigin: true } } : undefined;

// The policy the node serves the screens with; the preview server sends it too, so that a breach shows early.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export default defineConfig({
  plugins: [svelte(), ...(origin ? [] : [mockNode()])],
  server: { host: '127.0.0.1', ...(proxy && { proxy }) },
  preview: { host: '127.0.0.1', headers: { 'Content-Security-Policy': policy }, ...(proxy && { proxy }) },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      output: { manualChunks: (id) => (id.includes('maplibre-gl') ? 'map-library' : undefined) },
    },
  },
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
});
