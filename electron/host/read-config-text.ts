/** Reads what may be a config file, and no more of it than a config can have: for the host, and for `check`. */
import { open, stat } from 'node:fs/promises';
import { MAX_TEXT } from '../../shared/config/text-findings.ts';
import type { Finding } from '../../shared/model.ts';

export interface ConfigText {
  readonly text: string;
  /** Size and time of a file that was cut, since more than can be a config stands in it; else `null`. */
  readonly cut: string | null;
}

/** So many bytes are more than `MAX_TEXT` characters in any script. */
const MOST_BYTES = MAX_TEXT * 4;

/**
 * Throws what the system says, and for a folder or device. A pipe (`check <(…)`) is read only with `pipe`: it can be read but
 * once, and one that nobody writes to would never answer.
 */
export async function readConfigText(path: string, { pipe = false } = {}): Promise<ConfigText> {
  // Before it is opened: opening a pipe waits for its writer.
  const found = await stat(path);
  if (found.isDirectory()) throw new Error('it is a folder; name the file in it');
  if (!found.isFile() && !(pipe && found.isFIFO())) throw new Error('it is a device or pipe, no file');
  const file = await open(path, 'r');
  try {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of file.createReadStream({ autoClose: false, end: MOST_BYTES })) {
      parts.push(part);
      size += part.length;
    }
    const cut = size > MOST_BYTES ? `${found.size} ${found.mtimeMs}` : null;
    return { text: Buffer.concat(parts).toString('utf8'), cut };
  } finally {
    await file.close();
  }
}

/** What `readConfigText` threw, as an error at the file's first line. */
export function unreadableFile(path: string, { code, message }: NodeJS.ErrnoException): Finding {
  const place = { path: [], line: 1, column: 1, endLine: 1, endColumn: 1 };
  if (code === 'ENOENT') {
    const hint = 'Write one, or open the app, which proposes one.';
    return { severity: 'error', code: 'config_missing', message: `There is no file ${path}.`, hint, ...place };
  }
  const known = code === 'EACCES' || code === 'EPERM' ? 'permission_denied' : 'config_unreadable';
  return { severity: 'error', code: known, message: `${path} can’t be read: ${message}.`, hint: null, ...place };
}
