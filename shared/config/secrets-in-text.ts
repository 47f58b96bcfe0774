/** Secrets that stand in the file itself, and references that are none. */
import type { Finding } from '../model.ts';
import type { Locator } from './locate.ts';
import { references } from './references.ts';
import { clip, finding, show } from './report.ts';
import type { Config } from './schema.ts';
import type { Path } from './shape.ts';

/** Flags of the engines that take a secret: llama-server, vLLM, llama-cpp-python. */
const SECRET_FLAG = /^--(?:api[-_]key|hf[-_]token|ssl[-_]keyfile[-_]password)=(.+)$/s;
const SECRET_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)$/i;

/** Warnings about secrets written out, and about text that looks like a reference but is none. */
export function plainSecrets(config: Config, at: Locator): readonly Finding[] {
  const out: Finding[] = [];
  const secret = (value: string | null, path: Path, name: string) => {
    if (value === null || value === '' || references(value).found.length > 0) return;
    out.push(
      finding(
        at,
        'secret_in_plain_text',
        path,
        `${show(path)} is a secret in plain text: whoever can read this file has it.`,
        `Write "\${secret:${name}}" and keep the value in secrets.yaml beside this file.`,
        { severity: 'warning' },
      ),
    );
  };
  for (const [i, key] of config.gateway.api_keys.entries()) {
    secret(key.key, ['gateway', 'api_keys', i, 'key'], slug(key.name));
  }
  for (const [name, engine] of Object.entries(config.engines)) {
    secret(engine.api_key, ['engines', name, 'api_key'], name);
    if (engine.url !== null && /^https?:\/\/[^/@:]*:[^/@]+@/i.test(engine.url))
      secret(engine.url, ['engines', name, 'url'], name);
    for (const [i, arg] of engine.args.entries()) {
      const [, value] = SECRET_FLAG.exec(arg) ?? [];
      if (value !== undefined) secret(value, ['engines', name, 'args', i], name);
      else if (SECRET_FLAG.test(`${arg}=x`) && !arg.includes('=')) {
        secret(engine.args[i + 1] ?? null, ['engines', name, 'args', i + 1], name);
      }
    }
    for (const [variable, value] of Object.entries(engine.env)) {
      if (SECRET_NAME.test(variable)) secret(value, ['engines', name, 'env', variable], slug(variable));
    }
  }
  for (const { text, path } of configTexts(config)) {
    const broken = references(text).broken[0];
    if (broken === undefined) continue;
    out.push(
      finding(
        at,
        'bad_reference',
        path,
        `\`${clip(broken)}\` in ${show(path)} is no reference and stays as it is.`,
        'Write ${env:NAME} or ${secret:name}; $${ stands for a plain ${.',
        { severity: 'warning' },
      ),
    );
  }
  return out;
}

/** Every text of a config in which references are replaced, with its path. */
export function configTexts(config: Config): readonly { readonly text: string; readonly path: Path }[] {
  const out: { text: string; path: Path }[] = [];
  for (const [i, key] of config.gateway.api_keys.entries()) {
    out.push({ text: key.key, path: ['gateway', 'api_keys', i, 'key'] });
  }
  for (const [name, engine] of Object.entries(config.engines)) {
    for (const key of ENGINE_TEXTS) {
      const text = engine[key];
      if (text !== null) out.push({ text, path: ['engines', name, key] });
    }
    for (const [i, text] of engine.args.entries()) out.push({ text, path: ['engines', name, 'args', i] });
    for (const [variable, text] of Object.entries(engine.env)) {
      out.push({ text, path: ['engines', name, 'env', variable] });
    }
  }
  return out;
}

/** Keys of an engine whose text may hold references; `args` and `env` may as well. */
export const ENGINE_TEXTS = [
  'url',
  'host',
  'api_key',
  'command',
  'cwd',
  'model',
  'models_dir',
  'preset',
  'config',
  'unit',
] as const;

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'name';
