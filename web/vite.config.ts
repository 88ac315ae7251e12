import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The server that `npm run dev` speaks to; `make run` listens there.
const server = process.env.HAETAE_URL ?? 'http://127.0.0.1:7700';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // Fonts and icons stay files, so that the page needs no data: in its content security policy.
    assetsInlineLimit: 0,
    // What the libraries ask to be told; public/fonts.txt has it for the fonts.
    license: { fileName: 'licenses.md' },
    // scripts/check-size.mjs holds the limit that matters: what the first page loads, compressed.
    chunkSizeWarningLimit: 1000,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(['/api', '/select', '/insert'].map((path) => [path, server])),
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    env: { TZ: 'Asia/Seoul' },
  },
});
