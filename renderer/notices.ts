/** What went wrong with something the user did: stays on the page until dismissed. (What went well is a toast.) */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Cause } from '../shared/model.ts';

export interface Notice {
  readonly id: number;
  /** What was tried, as a title: `Stop llama`. */
  readonly about: string;
  readonly cause: Cause;
}

export const notices = createStore<readonly Notice[]>(() => []);

let last = 0;

/** Puts a failure up, replacing an older one about the same thing. */
export function notify(about: string, cause: Cause): void {
  last += 1;
  const notice: Notice = { id: last, about, cause };
  notices.setState((old) => [...old.filter((n) => n.about !== about), notice].slice(-3), true);
}

/** Takes one away: by its id, or everything about a thing that now went well. */
export function dismiss(which: number | string): void {
  notices.setState((old) => old.filter((n) => n.id !== which && n.about !== which), true);
}

export const useNotices = (): readonly Notice[] => useStore(notices);
