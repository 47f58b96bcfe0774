import type { EngineConfig } from '../../shared/config/schema.ts';
import type { Cause } from '../../shared/model.ts';
import type { LaunchContext } from './profile.ts';

/** A path of the config with `~` replaced by the home folder; no shell does it for us. */
export function expandHome(path: string, context: Pick<LaunchContext, 'home' | 'platform'>): string {
  if (path === '~') return context.home;
  const tilde = path.startsWith('~/') || (context.platform === 'win32' && path.startsWith('~\\'));
  return tilde ? `${context.home.replace(/[\\/]+$/, '')}${path.slice(1)}` : path;
}

/**
 * The refusal when the config's `args` have one of the flags that Stackyard must set itself (the server would listen where
 * nobody probes it); else `null`. Both `--flag value` and `--flag=value` are seen.
 */
export function reservedArgument(config: EngineConfig, reserved: readonly string[]): { cause: Cause } | null {
  const taken = config.args.find((arg) => reserved.some((flag) => arg === flag || arg.startsWith(`${flag}=`)));
  if (taken === undefined) return null;
  const flag = taken.replace(/=.*$/s, '');
  const key = flag === '-c' ? 'config' : flag.replace(/^-+/, '');
  const ours = ['host', 'port', 'config'].includes(key);
  return {
    cause: {
      code: 'config_invalid',
      message: `\`args\` has ${flag}, but where the engine listens is Stackyard’s to say, or nobody would know.`,
      hint: ours ? `Remove it from \`args\` and set \`${key}:\` of the engine instead.` : 'Remove it from `args`.',
    },
  };
}
