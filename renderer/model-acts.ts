import type { EngineView, ModelView, TargetView } from '../shared/model.ts';
import type { Act } from './act.ts';
import { copy, loadModel, pinEngine, unloadModel, verifyModels } from './actions.ts';
import { tryModel } from './chat/chat-store.ts';
import { go } from './route.ts';
import { isOurs } from './words.ts';

export interface ModelActs {
  readonly load?: Act;
  readonly unload?: Act;
  /** Of the engine that has it in memory: pinning is an engine's. */
  readonly pin?: Act;
  readonly play: Act;
  readonly verify: Act;
  readonly trace: Act;
  readonly copy: Act;
}

export interface Loadable {
  readonly target: TargetView;
  readonly act: 'load' | 'unload';
}

/** An engine that may be pinned for a model, and whether it is. */
export type Holder = Pick<EngineView, 'name' | 'pinned'>;

/** What can be done with a model now; `can` is what `loadable` says of it, `holder` what `holderOf` does. */
export function modelActs({ id }: Pick<ModelView, 'id'>, can: Loadable | null, holder: Holder | null): ModelActs {
  const on = (act: 'load' | 'unload') => () =>
    can && void (act === 'load' ? loadModel : unloadModel)(can.target.model, can.target.engine);
  return {
    ...(can?.act === 'load' && { load: { label: `Load ${id}`, key: 'load', run: on('load') } }),
    ...(can?.act === 'unload' && { unload: { label: `Unload ${id}`, key: 'load', run: on('unload') } }),
    ...(holder && {
      pin: {
        label: `${holder.pinned ? 'Unpin' : 'Pin'} ${holder.name}, for ${id}`,
        key: 'pin',
        run: () => void pinEngine(holder.name, !holder.pinned),
      },
    }),
    play: { label: `Try ${id} in playground`, run: () => tryModel(id) },
    verify: { label: `Verify ${id}`, run: () => void verifyModels([id]) },
    trace: { label: `Requests for ${id}`, run: () => go({ page: 'requests', filter: `model:${id}` }) },
    copy: { label: `Copy ${id}`, key: 'copy', run: () => void copy(id, id) },
  };
}

/** The engine of ours that has a model in memory, or keeps a pin; `null` when there is none. */
export function holderOf({ targets }: Pick<ModelView, 'targets'>, engines: readonly EngineView[]): Holder | null {
  const of = (target: TargetView) => engines.find((engine) => engine.name === target.engine && isOurs(engine));
  const ready = targets.filter(({ phase }) => phase === 'ready').map(of);
  const found = [...ready, ...targets.map(of).filter((engine) => engine?.pinned)].find((one) => one !== undefined);
  return found === undefined ? null : { name: found.name, pinned: found.pinned };
}

/** What a person can do with one target: `start` brings its engine up for it. `null` when there is nothing to do, or not by us. */
export function targetAct(target: TargetView, engine: EngineView | undefined): 'load' | 'start' | 'unload' | null {
  if (engine === undefined) return null;
  const up = engine.phase === 'ready';
  if (target.phase === 'ready') return up && engine.loads_models ? 'unload' : null;
  if (up) return engine.loads_models && LOADS.has(target.phase) ? 'load' : null;
  const startable = engine.owner !== 'external' && (engine.phase === 'stopped' || engine.phase === 'failed');
  return startable ? 'start' : null;
}

const LOADS: ReadonlySet<TargetView['phase']> = new Set(['not_loaded', 'sleeping', 'failed']);

/** The target that can be loaded or unloaded by itself, and which of the two; `null` when none can. */
export function loadable(model: ModelView, engines: readonly EngineView[]): Loadable | null {
  for (const target of model.targets) {
    const engine = engines.find((e) => e.name === target.engine);
    if (!engine?.loads_models || engine.phase !== 'ready') continue;
    if (target.phase === 'ready') return { target, act: 'unload' };
    if (target.phase === 'not_loaded' || target.phase === 'sleeping') return { target, act: 'load' };
    if (target.phase === 'failed') return { target, act: 'load' };
  }
  return null;
}
