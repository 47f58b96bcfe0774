/** What this machine knows about a config: set variables, secrets, programs, files. Asked for once, then answered at once. */
import { access, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { EnvironmentFacts } from '../../shared/config/environment.ts';
import { checkLitellm } from '../../shared/config/litellm-check.ts';
import { type Config, defaultCommand } from '../../shared/config/schema.ts';
import { createRedactor } from '../core/redactor.ts';
import { openSecrets } from './secrets.ts';
import { which } from './which.ts';

export interface FactsOptions {
  /** The config file: relative paths count from its folder, `secrets.yaml` is beside it. */
  readonly configPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  readonly platform?: NodeJS.Platform;
}

/** The facts that `environmentFindings` asks for, of this config only. */
export async function configFacts(config: Config, options: FactsOptions): Promise<EnvironmentFacts> {
  const configPath = resolve(options.configPath);
  const folder = dirname(configPath);
  const at = (path: string): string => resolve(folder, expandHome(path, options.homedir));
  // Only asked whether it has a name; no value is handed out that would have to be kept out of anything.
  const secrets = await openSecrets({ env: options.env, configPath, keychain: null }, createRedactor());
  const engines = Object.values(config.engines);

  const commands = engines.flatMap((engine) => engine.command ?? defaultCommand(engine.kind) ?? []);
  const platform = options.platform ?? process.platform;
  const found = await each(commands, async (command) => {
    const program = expandHome(command, options.homedir);
    return (await which(program, options.env, { platform, cwd: folder })) !== null;
  });

  const paths = engines.flatMap(({ model, models_dir, preset, config: own, cwd }) =>
    [model, models_dir, preset, own, cwd].filter((path) => path !== null),
  );
  const there = await each(paths, (path) =>
    access(at(path)).then(
      () => true,
      () => false,
    ),
  );

  const own = engines.flatMap((engine) => (engine.kind === 'litellm' ? (engine.config ?? []) : []));
  const errors = await each(own, async (path) => {
    const text = await readFile(at(path), 'utf8').catch(() => null);
    return text === null ? [] : checkLitellm(text).findings.filter((one) => one.severity === 'error');
  });

  return {
    litellmErrors: (path) => errors.get(path) ?? [],
    env: (name) => options.env[name] !== undefined,
    secret: secrets.has,
    commandExists: (command) => found.get(command) ?? false,
    pathExists: (path) => there.get(path) ?? false,
  };
}

/** `~` and `~/…` stand for the home folder, as in a shell. */
function expandHome(path: string, homedir: string): string {
  return path === '~' || /^~[/\\]/.test(path) ? join(homedir, path.slice(1)) : path;
}

async function each<K, V>(keys: readonly K[], ask: (key: K) => Promise<V>): Promise<ReadonlyMap<K, V>> {
  return new Map(await Promise.all([...new Set(keys)].map(async (key) => [key, await ask(key)] as const)));
}
