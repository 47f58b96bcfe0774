/**
 * The window's copy of the control plane. The host owns the facts; here is only the newest snapshot, and whether it is new.
 */
import { useRef } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Bridge } from '../shared/contract/ipc.ts';
import type { Cause, EngineView, ModelView, StackSnapshot } from '../shared/model.ts';
import { share } from './share.ts';

export interface Held {
  /** `null` until the first answer. */
  readonly snapshot: StackSnapshot | null;
  /** Why the first question failed; `null` when it didn't. */
  readonly error: Cause | null;
}

export const held = createStore<Held>(() => ({ snapshot: null, error: null }));

/**
 * Takes a snapshot in. Older revisions of the same host are dropped (events and the first answer may overtake each other);
 * another host's pid or start time means that counting began anew. Unchanged engines and models keep their identity.
 */
export function accept(next: StackSnapshot): void {
  const { snapshot } = held.getState();
  const sameHost = snapshot?.host.pid === next.host.pid && snapshot?.host.started === next.host.started;
  if (snapshot && sameHost && next.revision <= snapshot.revision) return;
  held.setState({ snapshot: share(snapshot, next), error: null });
}

/** Listens to the host and asks once, so that a lost event is harmless. Gives back what ends it. */
export function follow(to: Bridge): () => void {
  const off = to.on('snapshot', accept);
  void ask(to);
  return off;
}

async function ask(to: Bridge): Promise<void> {
  const reply = await to.call('snapshot.get', {});
  if (reply.ok) accept(reply.value);
  else if (!held.getState().snapshot) held.setState({ error: reply.error });
}

/** Part of the snapshot; renders again only when that part's identity changes. */
export function useStack<T>(pick: (snapshot: StackSnapshot) => T): T {
  return useStore(held, ({ snapshot }) => {
    if (!snapshot) throw new Error('useStack before the first snapshot');
    return pick(snapshot);
  });
}

/**
 * What `work` makes of a part of the snapshot; renders again only when that differs in value. It is not made again while the part
 * is the same, as long as `work` is: keep that outside of the component where it costs something.
 */
export function useWorkedOut<P, T>(pick: (snapshot: StackSnapshot) => P, work: (part: P) => T): T {
  const last = useRef<{ readonly part: P; readonly work: (part: P) => T; readonly value: T } | null>(null);
  return useStack((snapshot) => {
    const part = pick(snapshot);
    const old = last.current;
    if (old !== null && old.work === work && Object.is(old.part, part)) return old.value;
    const value = share(old?.value, work(part));
    last.current = { part, work, value };
    return value;
  });
}

/** Every engine's name, in the order of the config. */
export const useEngineNames = (): readonly string[] => useWorkedOut((s) => s.engines, namesOf);
const namesOf = (engines: readonly EngineView[]): readonly string[] => engines.map(({ name }) => name);

/** The engine of that name; `null` when there is none (any more). */
export const useEngine = (name: string): EngineView | null =>
  useStack((s) => s.engines.find((engine) => engine.name === name) ?? null);

/** The model of that name; `null` when there is none (any more). */
export const useModel = (id: string): ModelView | null => useStack((s) => byId(s.models).get(id) ?? null);

const indexes = new WeakMap<readonly ModelView[], ReadonlyMap<string, ModelView>>();

/** One index for all rows that look themselves up in the same list. */
function byId(models: readonly ModelView[]): ReadonlyMap<string, ModelView> {
  const known = indexes.get(models);
  if (known) return known;
  const made = new Map(models.map((model) => [model.id, model]));
  indexes.set(models, made);
  return made;
}
