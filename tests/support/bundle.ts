import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { afterAll } from 'vitest';
import { top } from './tools.ts';

/**
 * A program in TypeScript, with the modules of ours that it uses, as one file that plain Node runs in a process of its own.
 * Packages are left out of it: it lies in the checkout, where Node finds them. Removed when the file's tests are over. As CommonJS
 * it can be loaded by `require`.
 */
export async function bundle(entry: string, format: 'es' | 'cjs' = 'es'): Promise<string> {
  const name = `${basename(entry, '.ts')}-${process.pid}-${folders.length}`;
  const file = format === 'es' ? 'program.mjs' : 'program.cjs';
  const outDir = join(top, '.cache', 'test-programs', name);
  folders.push(outDir);
  await build({
    configFile: false,
    logLevel: 'error',
    root: top,
    build: {
      ssr: join(top, entry),
      outDir,
      target: 'node20.18',
      minify: false,
      rollupOptions: { output: { format, entryFileNames: file } },
    },
  });
  return join(outDir, file);
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
