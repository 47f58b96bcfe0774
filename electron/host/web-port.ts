/**
 * The port of the page for browsers, kept in the data folder. A browser keeps a page's conversations by its address, port
 * included: at another port than last time they would seem lost.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { portIsFree } from './port-use.ts';

const fileIn = (data: string): string => join(data, 'web-ui.json');

/** The port that the last start had, if it is free; 0, "any free one", when it is not or none was kept. */
export async function lastWebPort(data: string): Promise<number> {
  try {
    const { port } = JSON.parse(await readFile(fileIn(data), 'utf8')) as { readonly port?: unknown };
    const usable = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
    return usable && (await portIsFree('127.0.0.1', port)) ? port : 0;
  } catch {
    return 0;
  }
}

/** Keeps it for the next start; a folder that can't be written costs no more than that. */
export const keepWebPort = (data: string, port: number): Promise<void> =>
  writeFileAtomic(fileIn(data), JSON.stringify({ port }), { mode: 0o600 }).catch(() => {});
