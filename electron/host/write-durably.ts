/** Files that must survive a power cut: the old text or the new one, whole. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/**
 * Writes beside the file, flushes, renames, and flushes the folder, without which the new name may be forgotten. `created` is told
 * the name beside it, as soon as it is there.
 */
export async function writeDurably(
  path: string,
  text: string,
  { mode, created }: { readonly mode: number; readonly created?: (beside: string) => void },
): Promise<void> {
  await writeFileAtomic(path, text, {
    encoding: 'utf8',
    mode,
    fsync: true,
    ...(created ? { tmpfileCreated: created } : {}),
  });
  await flushFolder(dirname(path));
}

/** Windows has no such thing, and some file systems refuse it: then the rename has to do. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r').catch(() => null);
  try {
    await handle?.sync();
  } catch {
    // the text itself is flushed
  } finally {
    await handle?.close();
  }
}
