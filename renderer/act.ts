/** What can be done with a thing now. Buttons, row keys and the command palette all take it from the same list. */
import type { KeyboardEvent } from 'react';
import { keyName } from './keys.ts';
import { SHORTCUTS, type ShortcutId } from './shortcuts.ts';

export interface Act {
  /** With the thing's name, as a command says it: `Restart llama`. */
  readonly label: string;
  /** The key that does it on the thing's row. */
  readonly key?: ShortcutId;
  readonly run: () => void;
}

/** For a row: does what the pressed key means for its thing. Fields and buttons that are typed into keep their keys. */
export function runByKey(event: KeyboardEvent, acts: readonly Act[]): void {
  const name = keyName(event);
  const act = acts.find(({ key }) => key !== undefined && SHORTCUTS[key].key === name);
  if (!act || event.defaultPrevented || event.repeat) return;
  event.preventDefault();
  event.stopPropagation();
  act.run();
}
