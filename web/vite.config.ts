import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.YIZHAN_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 1200,
    // The server's policy allows no data: scripts, and small files are cheap over one kept connection.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': server, '/healthz': server, '/readyz': server, '/metrics': server } },
  // A test that needs a document says so in its first line: making one takes longer than most tests.
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
});
