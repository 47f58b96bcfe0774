import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const here = (path: string) => resolve(import.meta.dirname, path);

/**
 * Five entries. Everything but `electron` and node's own modules is bundled, so that a package carries no node_modules and
 * `router` and `cli` are plain files that any Node ≥ 20.18 runs.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node20.18',
      externalizeDeps: false,
      sourcemap: true,
      minify: false,
      rollupOptions: {
        input: { main: here('electron/main.ts'), router: here('electron/router.ts'), cli: here('electron/cli.ts') },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { index: here('electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: 'index.cjs' },
      },
    },
  },
  renderer: {
    root: here('renderer'),
    plugins: [react()],
    build: {
      outDir: here('out/renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      rollupOptions: { input: here('renderer/index.html') },
    },
  },
});
