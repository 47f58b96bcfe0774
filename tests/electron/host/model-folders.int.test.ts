import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModelFolders } from '../../../electron/host/model-folders.ts';
import { tempFolder } from '../../support/tmp.ts';

function home(files: Record<string, number>): string {
  const folder = tempFolder();
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), Buffer.alloc(bytes));
  }
  return folder;
}
const find = (folder: string, env: Record<string, string> = {}) =>
  findModelFolders({ env, home: folder, platform: 'linux' });

describe('findModelFolders', () => {
  it('counts GGUF files directly in a folder and one level below', async () => {
    const folder = home({
      'models/a.gguf': 10,
      'models/sub/B.GGUF': 20,
      'models/notes.txt': 5,
      'models/c.gguf.part': 9,
    });
    expect(await find(folder)).toEqual([{ path: join(folder, 'models'), files: 2, bytes: 30 }]);
  });
  it('offers a publisher’s folder of LM Studio, since llama.cpp looks one level down', async () => {
    const folder = home({
      '.lmstudio/models/ada/one-GGUF/one.gguf': 10,
      '.lmstudio/models/ada/two-GGUF/two.gguf': 20,
      '.lmstudio/models/bob/three-GGUF/three.gguf': 5,
    });
    expect(await find(folder)).toEqual([
      { path: join(folder, '.lmstudio/models/ada'), files: 2, bytes: 30 },
      { path: join(folder, '.lmstudio/models/bob'), files: 1, bytes: 5 },
    ]);
  });
  it('offers the snapshot of a Hugging Face cache, whose files are links', async () => {
    const folder = home({ 'hf/models--x--y/blobs/abc': 42 });
    const snapshot = join(folder, 'hf/models--x--y/snapshots/123');
    mkdirSync(snapshot, { recursive: true });
    symlinkSync('../../blobs/abc', join(snapshot, 'y.gguf'));
    symlinkSync('../../blobs/gone', join(snapshot, 'dead.gguf'));
    expect(await find(folder, { HF_HUB_CACHE: join(folder, 'hf') })).toEqual([
      { path: snapshot, files: 1, bytes: 42 },
    ]);
  });
  it('finds llama.cpp’s own cache, moved by its variable too', async () => {
    const folder = home({ '.cache/llama.cpp/a.gguf': 1, 'elsewhere/b.gguf': 2 });
    expect((await find(folder)).map(({ path }) => path)).toEqual([join(folder, '.cache/llama.cpp')]);
    const moved = await find(folder, { LLAMA_CACHE: join(folder, 'elsewhere') });
    expect(moved.map(({ path }) => path)).toEqual([join(folder, 'elsewhere')]);
  });
  it('offers nothing where nothing is', async () => {
    expect(await find(home({}))).toEqual([]);
    expect(await find('/nowhere/at/all')).toEqual([]);
  });
});
