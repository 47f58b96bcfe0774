/**
 * The window's copy of the control plane. The host owns the facts; here is only the newest snapshot, and whether it is new.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Bridge } from '../shared/contract/ipc.ts';
import type { Cause, EngineView, StackSnapshot } from '../shared/model.ts';
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

/** The engine of that name; `null` when there is none (any more). */
export const useEngine = (name: string): EngineView | null =>
  useStack((s) => s.engines.find((engine) => engine.name === name) ?? null);
