/** The config file on disk: read, watched, written whole or not at all. */
import { createHash } from 'node:crypto';
import { type FSWatcher, watch, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StackyardError } from '../../shared/errors.ts';
import { readConfigText } from './read-config-text.ts';
import { writeDurably } from './write-durably.ts';

/** First 12 hex digits of sha256: names a version of the text. */
export function revisionOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 12);
}

export interface ConfigOnDisk {
  readonly exists: boolean;
  readonly text: string;
  readonly revision: string;
}

/**
 * The file as it is now. A missing file is an empty one that does not exist; anything else unreadable throws. One that is far too
 * large is cut, which its findings tell; its revision still is another after any change.
 */
export async function readConfigFile(path: string): Promise<ConfigOnDisk> {
  try {
    const { text, cut } = await readConfigText(path);
    return { exists: true, text, revision: revisionOf(cut === null ? text : `${cut} ${text}`) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { exists: false, text: '', revision: revisionOf('') };
    throw error;
  }
}

/**
 * Replaces the file in one step. A symbolic link stays one; the mode stays what it was (0600 for a new file). `note` is a file of
 * ours that names what a write which is cut short leaves beside it.
 */
export async function writeConfigFile(path: string, text: string, note: string | null = null): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    if (note !== null) await clearTornWrite(path, note);
    await mkdir(dirname(target), { recursive: true });
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      () => 0o600,
    );
    const created =
      note === null ? {} : { created: (beside: string) => writeFileSync(note, beside, { mode: 0o600 }) };
    await writeDurably(target, text, { mode, ...created });
    if (note !== null) await rm(note, { force: true });
  } catch (error) {
    throw new StackyardError('config_write_failed', `${path} can’t be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Takes away what a write that was cut short has left beside the file: the one that the note names, and empty ones of such a
 * name. Others stay: a person's own `stackyard.yaml.20261128` looks just the same.
 */
export async function clearTornWrite(path: string, note: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const [folder, begin] = [dirname(target), `${basename(target)}.`];
  const named = basename(await readFile(note, 'utf8').catch(() => ''));
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(begin) || !/^\d{1,10}$/.test(name.slice(begin.length))) continue;
    const file = join(folder, name);
    const empty = async () => (await stat(file).catch(() => null))?.size === 0;
    if (name === named || (await empty())) await rm(file, { force: true }).catch(() => {});
  }
  await rm(note, { force: true });
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
