import { defineConfig } from 'vite';

// Everything is served by the server itself, from the root: nothing is loaded from another host.
export default defineConfig({
  build: {
    outDir: '../../artifacts/console',
    emptyOutDir: true,
    target: 'es2022',
    // hls.js alone is half a megabyte, 160 kB compressed.
    chunkSizeWarningLimit: 1024,
  },
  // `npm run dev` beside a running server.
  server: { proxy: { '^/(?!src/|@|node_modules/|$)': 'http://127.0.0.1:8080' } },
});
