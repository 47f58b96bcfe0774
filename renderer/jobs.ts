/** The window's copy of the host's long work. Apart from the snapshot, so that a download that moves renders its own rows only. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Bridge } from '../shared/contract/ipc.ts';
import type { JobView } from '../shared/model.ts';
import { share } from './share.ts';

/** `null` until the host has told. */
export const jobs = createStore<{ readonly list: readonly JobView[] | null }>(() => ({ list: null }));

/** Takes the newest list in; jobs that did not change keep their identity. */
export function acceptJobs(next: readonly JobView[]): void {
  jobs.setState(({ list }) => ({ list: share(list, next) }));
}

/** Listens to the host and asks once. Gives back what ends it. */
export function followJobs(to: Bridge): () => void {
  const off = to.on('jobs', acceptJobs);
  void to.call('jobs.list', {}).then((reply) => {
    // What was told meanwhile is newer.
    if (reply.ok && jobs.getState().list === null) acceptJobs(reply.value);
  });
  return off;
}

/** Part of the list; renders again only when that part's identity changes. Newest first. */
export function useJobs<T>(pick: (list: readonly JobView[]) => T): T {
  return useStore(jobs, ({ list }) => pick(list ?? NONE));
}

const NONE: readonly JobView[] = [];
