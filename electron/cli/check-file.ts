/** A config file with everything there is to say about it: what is written, and what this machine lacks for it. */
import { checkConfig } from '../../shared/config/check.ts';
import { environmentFindings } from '../../shared/config/environment.ts';
import type { Config } from '../../shared/config/schema.ts';
import type { Finding } from '../../shared/model.ts';
import { configFacts } from '../host/config-facts.ts';
import { readConfigText, unreadableFile } from '../host/read-config-text.ts';
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
    ({ text } = await readConfigText(path, { pipe: true }));
  } catch (error) {
    return { text: null, config: null, findings: [unreadableFile(path, error as NodeJS.ErrnoException)] };
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
