import { useLayoutEffect, useState } from 'react';

/** What a field shows while the text behind it comes after the typing. */
export interface Typing {
  readonly typed: string;
  /** What the text said last. */
  readonly value: string;
  /** What was written into the text and it has not said yet. */
  readonly sent: readonly string[];
}

type Same = (typed: string, value: string) => boolean;

/** The field after a key. Pure. */
export const typedInto = (before: Typing, typed: string): Typing => ({
  ...before,
  typed,
  sent: [...before.sent, typed],
});

/** The field after the text said something: what was typed stays, unless somebody else changed the text. Pure. */
export function heard(before: Typing, value: string, same: Same): Typing {
  if (value === before.value) return before;
  const at = before.sent.findIndex((one) => same(one, value));
  if (at !== -1) return { typed: before.typed, value, sent: before.sent.slice(at + 1) };
  return { typed: same(before.typed, value) ? before.typed : value, value, sent: [] };
}

/**
 * For a field over the config text, whose `value` follows what is typed a moment later: the next key must not meet the older
 * one. Gives what to show, and what takes what is typed.
 */
export function useTyped(value: string, same: Same = (a, b) => a === b): [string, (typed: string) => void] {
  const [state, setState] = useState<Typing>({ typed: value, value, sent: [] });
  // Not while it renders: what a render that was interrupted by a key had heard would be held against the next one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `same` means the same each time
  useLayoutEffect(() => setState((before) => heard(before, value, same)), [value]);
  return [heard(state, value, same).typed, (typed) => setState((before) => typedInto(before, typed))];
}
