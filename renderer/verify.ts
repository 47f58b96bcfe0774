/** The window's copy of what was proved of the models, and when. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Bridge } from '../shared/contract/ipc.ts';
import type { ModelProof, VerifyView } from '../shared/contract/verify.ts';
import { share } from './share.ts';

/** `null` until the host has told. */
export const proofs = createStore<{ readonly view: VerifyView | null }>(() => ({ view: null }));

/** Takes the newest view in; proofs that did not change keep their identity. */
export function acceptProofs(next: VerifyView): void {
  proofs.setState(({ view }) => ({ view: share(view, next) }));
}

/** Listens to the host and asks once. Gives back what ends it. */
export function followProofs(to: Bridge): () => void {
  const off = to.on('verify', acceptProofs);
  void to.call('verify.last', {}).then((reply) => {
    // What was told meanwhile is newer.
    if (reply.ok && proofs.getState().view === null) acceptProofs(reply.value);
  });
  return off;
}

/** The newest proof of a model; `null` when it was never asked. */
export const useProof = (id: string): ModelProof | null =>
  useStore(proofs, ({ view }) => view?.models.find((proof) => proof.id === id) ?? null);

/** How far the run of now is; `null` = none. */
export const useVerifying = (): VerifyView['running'] => useStore(proofs, ({ view }) => view?.running ?? null);
