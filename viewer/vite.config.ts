import { defineConfig } from 'vite';

/** Where the gateway listens while the viewer is developed with `npm run dev`. */
const GATEWAY = process.env['GATEWAY_URL'] ?? 'http://127.0.0.1:4000';

export default defineConfig({
  // Callers may reach the gateway below a path of its own, so that addresses are relative to the page.
  base: './',
  build: {
    // `scripts/build-viewer.ts` says where to, and empties it.
    outDir: process.env['VIEWER_OUT'] ?? 'dist',
    assetsDir: 'viewer',
    // What clinics' machines have: browsers of the last two and a half years.
    target: 'baseline-widely-available',
    // The strict policy of the page allows no inline module.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/graphql': GATEWAY, '/content': GATEWAY, '/uploads': GATEWAY } },
});
