/** The config file on disk: read, watched, written whole or not at all. */
import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { StackyardError } from '../../shared/errors.ts';

/** First 12 hex digits of sha256: names a version of the text. */
export function revisionOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 12);
}

export interface ConfigOnDisk {
  readonly exists: boolean;
  readonly text: string;
  readonly revision: string;
}

/** The file as it is now. A missing file is an empty one that does not exist; anything else unreadable throws. */
export async function readConfigFile(path: string): Promise<ConfigOnDisk> {
  try {
    const text = await readFile(path, 'utf8');
    return { exists: true, text, revision: revisionOf(text) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { exists: false, text: '', revision: revisionOf('') };
    throw error;
  }
}

/** Replaces the file in one step. A symbolic link stays one; the mode stays what it was (0600 for a new file). */
export async function writeConfigFile(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    await mkdir(dirname(target), { recursive: true });
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      () => 0o600,
    );
    await writeFileAtomic(target, text, { encoding: 'utf8', mode, fsync: true });
  } catch (error) {
    throw new StackyardError('config_write_failed', `${path} can’t be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Tells when the file may have changed, 300 ms after the last sign of it. The folder is watched, since editors replace the file;
 * also the folder behind a symbolic link.
 */
export function watchConfigFile(path: string, told: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const watchers: FSWatcher[] = [];
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(told, 300);
  };
  const follow = (file: string) => {
    const folder = dirname(file);
    const name = basename(file);
    try {
      const watcher = watch(folder, { persistent: false }, (_, changed) => {
        if (changed === null || changed === name) soon();
      });
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // The folder does not exist yet: the first write makes it, and the host then follows anew.
    }
  };
  follow(path);
  realpath(path).then(
    (target) => {
      if (!closed && target !== path) follow(target);
    },
    () => {},
  );
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
