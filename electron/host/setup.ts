/** The first run: what is here, does this server answer, write the first config. */
import { homedir } from 'node:os';
import { references } from '../../shared/config/references.ts';
import { secretNameOf } from '../../shared/config/starter.ts';
import type { Handlers } from '../../shared/contract/ipc.ts';
import { StackyardError } from '../../shared/errors.ts';
import type { ConfigOwner } from './config-owner.ts';
import { detect } from './detect.ts';
import { addToSecretsFile } from './secrets-file.ts';
import { tryServer } from './try-server.ts';

/** Keys that were given and accepted stay here, by name, until a config that names them is written; no window keeps one. */
export function createSetup(config: ConfigOwner): Pick<Handlers, 'setup.detect' | 'setup.try' | 'setup.write'> {
  const keys = new Map<string, string>();

  function keep(url: string, key: string): string {
    const wanted = secretNameOf(url);
    let name = wanted;
    for (let n = 2; keys.has(name) && keys.get(name) !== key; n++) name = `${wanted}-${n}`;
    keys.set(name, key);
    return name;
  }

  return {
    'setup.detect': () => detect({ configPath: config.path, env: process.env, home: homedir() }),
    'setup.try': async ({ url, api_key }) => {
      const tried = await tryServer(url, api_key);
      return { ...tried, secret: api_key === null ? null : keep(tried.url, api_key) };
    },
    'setup.write': async ({ text }, { from }) => {
      const now = await config.read();
      if (now.exists) throw new StackyardError('config_conflict', `${config.path} exists already.`);
      const named = new Set(references(text).found.map((reference) => reference.name));
      const secrets = [...keys].filter(([name]) => named.has(name)).map(([name, value]) => ({ name, value }));
      if (secrets.length > 0) await addToSecretsFile(config.path, secrets);
      const { applied, findings } = await config.apply(text, now.revision, from);
      if (!applied) throw new StackyardError('config_invalid', findings[0]?.message ?? 'The config has errors.');
      keys.clear();
      return { path: config.path };
    },
  };
}
