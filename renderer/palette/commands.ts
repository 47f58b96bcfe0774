import type { EngineView, JobView, ModelView, StackSnapshot } from '../../shared/model.ts';
import type { Act } from '../act.ts';
import { cancelJob, clearCooldowns, copy, freeMemory, retryJob, switchStack, verifyModels } from '../actions.ts';
import { engineActs } from '../engine-acts.ts';
import { jobs } from '../jobs.ts';
import { runShortcut, shortcutsNow } from '../keys.ts';
import { holderOf, loadable, modelActs } from '../model-acts.ts';
import { go } from '../route.ts';
import { SHORTCUTS, type ShortcutId, type Where } from '../shortcuts.ts';
import { chooseTheme, THEMES } from '../theme.ts';
import { wishFor } from '../wish.ts';
import { engineState, isUnderWay, KIND_NAMES, modelState } from '../words.ts';

export interface Command {
  /** Unique among all. */
  readonly id: string;
  readonly group: CommandGroup;
  readonly title: string;
  /** Further words by which it is found; shown small beside the title. */
  readonly about: string;
  /** The key that does the same, as the table of shortcuts spells it. */
  readonly key: string | null;
  readonly run: () => void;
}

export const GROUPS = ['On this page', 'Go to', 'Stack', 'Engines', 'Window', 'Models'] as const;
export type CommandGroup = (typeof GROUPS)[number];

/** Everything that can be done now, in the order of the groups. What each does is what its button does. */
export function commandsOf(snapshot: StackSnapshot): readonly Command[] {
  const all = [
    ...shortcutsNow().flatMap(byShortcut),
    command('Go to', 'Set up: find engines, connect an app', 'setup first run', () => go('setup')),
    command('Go to', 'Settings: routing', 'retries cooldown timeouts config', () => go('settings/routing')),
    command('Go to', 'Settings: gateway', 'port host keys limits capture config', () => go('settings/gateway')),
    ...stackCommands(snapshot),
    ...(jobs.getState().list ?? []).flatMap(jobCommands),
    ...snapshot.engines.flatMap(engineCommands),
    ...THEMES.map(([value, label]) => command('Window', `Theme: ${label}`, '', () => chooseTheme(value))),
    ...snapshot.models.flatMap((model) => modelCommands(model, snapshot.engines)),
  ];
  return GROUPS.flatMap((group) => all.filter((one) => one.group === group));
}

const command = (
  group: CommandGroup,
  title: string,
  about: string,
  run: () => void,
  key: string | null = null,
): Command => ({ id: `${group}/${title}`, group, title, about, key, run });

const GROUP_OF: Readonly<Record<Where, CommandGroup>> = {
  Everywhere: 'Go to',
  'Lists and logs': 'On this page',
  'On a row': 'On this page',
  Playground: 'On this page',
  Config: 'On this page',
};
const IN_GROUP: { readonly [K in ShortcutId]?: CommandGroup } = { help: 'Window', newChat: 'Go to' };

function byShortcut(id: ShortcutId): readonly Command[] {
  const { key, what, where, unlisted } = SHORTCUTS[id];
  return unlisted ? [] : [command(IN_GROUP[id] ?? GROUP_OF[where], what, '', () => runShortcut(id), key)];
}

function stackCommands({ stack_on, gateway, models }: StackSnapshot): readonly Command[] {
  const base = gateway.url === null ? null : `${gateway.url}/v1`;
  return [
    command('Stack', stack_on ? 'Turn the stack off' : 'Turn the stack on', 'all engines', () =>
      switchStack(!stack_on),
    ),
    command('Stack', 'Free GPU memory', 'unload all models', () => void freeMemory()),
    ...(base === null ? [] : [command('Stack', 'Copy base URL', base, () => void copy(base, 'base URL'))]),
    command('Stack', 'Get a model…', 'pull download', () => wishFor({ what: 'get-model' }, { page: 'models' })),
    ...(models.some(({ targets }) => targets.some(({ phase }) => phase === 'cooling'))
      ? [command('Stack', 'Clear cooldowns', 'let failed targets return', () => void clearCooldowns(null))]
      : []),
    ...(models.length === 0
      ? []
      : [command('Stack', 'Verify all models', 'prove ask test', () => void verifyModels([]))]),
  ];
}

function jobCommands(job: JobView): readonly Command[] {
  const { id, title, phase } = job;
  if (isUnderWay(job)) return [command('Stack', `Cancel ${title}`, 'download', () => void cancelJob(id, title))];
  if (phase === 'done') return [];
  return [command('Stack', `Try ${title} again`, 'download', () => void retryJob(id, title))];
}

const engineCommands = (engine: EngineView): readonly Command[] =>
  Object.values<Act>({ ...engineActs(engine) }).map(({ label, run }) =>
    command('Engines', label, `${KIND_NAMES[engine.kind]}, ${engineState(engine).word}`, run),
  );

const modelCommands = (model: ModelView, engines: readonly EngineView[]): readonly Command[] =>
  Object.values<Act>({ ...modelActs(model, loadable(model, engines), holderOf(model, engines)) }).map(
    ({ label, run }) => command('Models', label, modelState(model).word, run),
  );
