/** `${env:NAME}` and `${secret:name}` become their values here, in the host only. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Reference, references, replaceReferences, secretVariable } from '../../shared/config/references.ts';
import type { Config, EngineConfig } from '../../shared/config/schema.ts';
import { parseSecrets } from '../../shared/config/secrets-file.ts';
import { ENGINE_TEXTS } from '../../shared/config/secrets-in-text.ts';
import { StackyardError, toCause } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';
import type { Redactor } from '../core/redactor.ts';

/** Where values come from, in this order for secrets: `env`, secrets.yaml, `keychain`. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The config file; `secrets.yaml` lies in the same folder. `null` without a file. */
  readonly configPath: string | null;
  /** The OS keychain: the value, or `null` when it doesn't have the name. `null` where there is no keychain (headless). */
  readonly keychain: ((name: string) => Promise<string | null>) | null;
}

export interface Resolved {
  /** The config with every reference replaced. An engine or client key of which one can't be is in `engines` or `keys`. */
  readonly config: Config;
  /** Engines that can't be used, with `secret_unavailable`; in `config` they are as written. */
  readonly engines: ReadonlyMap<string, Cause>;
  /** Client keys, by name, that nobody can use; in `config` they hold a random key, so that the gateway stays closed. */
  readonly keys: ReadonlyMap<string, Cause>;
}

export interface Secrets {
  /** The value of one secret; throws `secret_unavailable` naming the three places looked in. */
  readonly secret: (name: string) => Promise<string>;
  /** A text with its references replaced; throws `secret_unavailable`. */
  readonly resolve: (text: string) => Promise<string>;
  /** A whole config; never throws for what is only missing. */
  readonly resolveConfig: (config: Config) => Promise<Resolved>;
  /** Names found in the environment or in secrets.yaml, for `check`; the keychain is asked only when a value is needed. */
  readonly has: (name: string) => boolean;
}

/** Opens the sources; reads secrets.yaml once. Every value that is handed out is registered with the redactor. */
export async function openSecrets(sources: SecretSources, redactor: Redactor): Promise<Secrets> {
  const path = sources.configPath === null ? null : join(dirname(sources.configPath), 'secrets.yaml');
  const file = path === null ? { values: new Map<string, string>(), problem: null } : await readSecretsFile(path);

  const near = (name: string): string | undefined =>
    sources.env[secretVariable(name)] || file.values.get(name) || undefined;

  const secret = async (name: string): Promise<string> => {
    const value = near(name) ?? (await sources.keychain?.(name).catch(() => null)) ?? null;
    if (value !== null && value !== '') {
      redactor.add(value);
      return value;
    }
    const places = [
      `the environment variable ${secretVariable(name)} is not set`,
      path === null
        ? 'there is no secrets.yaml without a config file'
        : file.problem === null
          ? `${path} has no such name`
          : `${path} can’t be used: ${file.problem}`,
      sources.keychain === null ? 'the keychain is only there in the app' : 'the keychain does not have it',
    ];
    throw new StackyardError(
      'secret_unavailable',
      `The secret \`${name}\` can’t be resolved: ${places.join('; ')}.`,
      {
        hint: `Set ${secretVariable(name)}, or add \`${name}: …\` to secrets.yaml beside the config (mode 0600).`,
      },
    );
  };

  const lookUp = async (reference: Reference): Promise<string> => {
    if (reference.kind === 'secret') return secret(reference.name);
    const value = sources.env[reference.name];
    if (value === undefined) {
      throw new StackyardError('secret_unavailable', `The environment variable ${reference.name} is not set.`, {
        hint: 'Set it before Stackyard starts.',
      });
    }
    redactor.add(value);
    return value;
  };

  const resolve = async (text: string): Promise<string> => {
    const values = new Map<number, string>();
    for (const reference of references(text).found) values.set(reference.start, await lookUp(reference));
    return replaceReferences(text, (reference) => values.get(reference.start) ?? '');
  };

  const engine = async (written: EngineConfig): Promise<EngineConfig> => {
    const texts: Partial<Record<(typeof ENGINE_TEXTS)[number], string>> = {};
    for (const key of ENGINE_TEXTS) {
      const text = written[key];
      if (text !== null) texts[key] = await resolve(text);
    }
    const args = await Promise.all(written.args.map(resolve));
    const env = await Promise.all(Object.entries(written.env).map(async ([k, v]) => [k, await resolve(v)] as const));
    if (texts.api_key) redactor.add(texts.api_key);
    return { ...written, ...texts, args, env: Object.fromEntries(env) };
  };

  return {
    secret,
    resolve,
    has: (name) => near(name) !== undefined,
    async resolveConfig(config) {
      const engines = new Map<string, Cause>();
      const keys = new Map<string, Cause>();
      const resolvedEngines: [string, EngineConfig][] = [];
      for (const [name, written] of Object.entries(config.engines)) {
        try {
          resolvedEngines.push([name, await engine(written)]);
        } catch (error) {
          engines.set(name, toCause(error));
          resolvedEngines.push([name, written]);
        }
      }
      const api_keys = [];
      for (const key of config.gateway.api_keys) {
        try {
          const value = await resolve(key.key);
          redactor.add(value);
          api_keys.push({ ...key, key: value });
        } catch (error) {
          keys.set(key.name, toCause(error));
          api_keys.push({ ...key, key: randomBytes(32).toString('hex') });
        }
      }
      return {
        config: { ...config, gateway: { ...config.gateway, api_keys }, engines: Object.fromEntries(resolvedEngines) },
        engines,
        keys,
      };
    },
  };
}

/** Reads secrets.yaml if it is ours alone. A file that isn't there is no problem; `problem` never quotes the file. */
async function readSecretsFile(path: string): Promise<ReturnType<typeof parseSecrets>> {
  const refused = (problem: string) => ({ values: new Map<string, string>(), problem });
  let file: Awaited<ReturnType<typeof open>>;
  try {
    // not blocking: a pipe of that name would otherwise be waited for
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return code === 'ENOENT' ? { values: new Map(), problem: null } : refused(`it can’t be opened (${String(code)})`);
  }
  try {
    // asked of the open file, so that nobody can change it between the look and the reading
    const stat = await file.stat();
    if (!stat.isFile()) return refused('it is not a file');
    // Windows has no such modes; there the folder of the user profile protects it
    if (process.platform !== 'win32') {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
      if ((stat.mode & 0o177) !== 0) return refused(`its mode is ${mode}, but must be 0600 (\`chmod 600\`)`);
      if (stat.uid !== process.getuid?.()) return refused('it belongs to another user');
    }
    return parseSecrets(await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}
