import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { pullFiles } from '../../../../electron/host/pull/file-pull.ts';
import { openHub } from '../../../../electron/host/pull/hub.ts';
import { readPullSource } from '../../../../shared/pull-source.ts';
import { startModelHost } from '../../../fixtures/servers/model-host.ts';
import { tinyModelBytes } from '../../../support/tiny-model-bytes.ts';
import { tempFolder } from '../../../support/tmp.ts';

/** A disk of 400 kB, where the system lets us have one (Linux, as root). */
const disk = smallDisk();

afterAll(() => {
  if (disk !== null) execFileSync('umount', [disk]);
});

const test = disk === null ? it.skip : it;
const why = disk === null ? ' (skipped: only root on Linux may make a small disk)' : '';

test(`a disk that fills up keeps what it has, which is gone on with when there is space${why}`, async () => {
  const folder = disk ?? '';
  const model = tinyModelBytes();
  const host = await startModelHost();
  // Its length is not told, so only the full disk itself can say it.
  host.serve('/m/tiny.gguf', model, { chunked: true });
  const read = readPullSource(`${host.url}/m/tiny.gguf`);
  if (!read.ok) throw new Error(read.message);
  const pull = () =>
    pullFiles(
      { source: read.source, folder, sha256: null, hub: openHub({}, null) },
      { update: () => {} },
      new AbortController().signal,
    );
  try {
    await expect(pull()).rejects.toMatchObject({ code: 'disk_full', hint: expect.stringContaining('kept') });
    expect(existsSync(join(folder, 'tiny.gguf'))).toBe(false);
    const kept = statSync(join(folder, 'tiny.gguf.part')).size;
    expect(kept).toBeGreaterThan(100_000);
    execFileSync('mount', ['-o', 'remount,size=4m', folder]);
    expect(await pull()).toEqual({ path: join(folder, 'tiny.gguf'), fresh: true });
    expect(host.seen.at(-1)?.headers.range).toBe(`bytes=${kept}-`);
  } finally {
    await host.close();
  }
});

function smallDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const at = join(tempFolder(), 'disk');
  mkdirSync(at);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'none', at], { stdio: 'ignore' });
    return at;
  } catch {
    return null;
  }
}
