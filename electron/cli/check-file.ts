/** A config file with everything there is to say about it: what is written, and what this machine lacks for it. */
import { open } from 'node:fs/promises';
import { checkConfig } from '../../shared/config/check.ts';
import { environmentFindings } from '../../shared/config/environment.ts';
import type { Config } from '../../shared/config/schema.ts';
import { MAX_TEXT } from '../../shared/config/text-findings.ts';
import type { Finding } from '../../shared/model.ts';
import { configFacts } from '../host/config-facts.ts';
import type { CliIo } from './io.ts';

export interface CheckedFile {
  /** As read; `null` when it could not be. */
  readonly text: string | null;
  /** `null` when there is an error among the findings. */
  readonly config: Config | null;
  /** By place in the file. */
  readonly findings: readonly Finding[];
}

/** Never throws: a file that can't be read is an error at its first line. */
export async function checkConfigFile(
  path: string,
  io: Pick<CliIo, 'env' | 'platform' | 'homedir'>,
): Promise<CheckedFile> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    return { text: null, config: null, findings: [unreadable(path, error as NodeJS.ErrnoException)] };
  }
  const { config, findings } = await checkConfig(text);
  if (!config) return { text, config, findings };
  const facts = await configFacts(config, {
    configPath: path,
    env: io.env,
    homedir: io.homedir,
    platform: io.platform,
  });
  const all = [...findings, ...environmentFindings(config, text, facts)];
  return { text, config, findings: all.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** A text of more than can be a config is cut: what there is to say about it is that it is too large. Devices never end. */
async function readText(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new Error('it is a folder; name the file in it');
    if (stats.isCharacterDevice() || stats.isBlockDevice()) throw new Error('it is a device, no file');
    const parts: Buffer[] = [];
    for await (const part of file.createReadStream({ autoClose: false, end: MAX_TEXT * 4 })) parts.push(part);
    return Buffer.concat(parts).toString('utf8');
  } finally {
    await file.close();
  }
}

function unreadable(path: string, { code, message }: NodeJS.ErrnoException): Finding {
  const place = { path: [], line: 1, column: 1, endLine: 1, endColumn: 1 };
  if (code === 'ENOENT') {
    const hint = 'Write one, or open the app, which proposes one.';
    return { severity: 'error', code: 'config_missing', message: `There is no file ${path}.`, hint, ...place };
  }
  const known = code === 'EACCES' || code === 'EPERM' ? 'permission_denied' : 'config_unreadable';
  return { severity: 'error', code: known, message: `${path} can’t be read: ${message}.`, hint: null, ...place };
}
