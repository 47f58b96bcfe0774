import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/**
 * An empty folder that is removed when the file's tests are over. Its path is short enough for a control socket in it. Call it
 * in a test, a hook, or at the top of the file.
 */
export function tempFolder(name = 'stackyard'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

afterAll(() => {
  // A process that was just killed may still be writing its last file.
  for (const folder of folders.splice(0))
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
