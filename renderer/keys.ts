/** Keys of the window: pages say what a shortcut does while they are shown, one listener finds who is meant. */
import { useEffect, useRef } from 'react';
import { SHORTCUT_IDS, SHORTCUTS, type ShortcutId } from './shortcuts.ts';

export type Handlers = { readonly [K in ShortcutId]?: () => void };

/** What is mounted, oldest first. */
const mounted: { readonly current: Handlers }[] = [];

/**
 * Says what shortcuts do while mounted. Of two that know the same one, the one that was mounted last acts. Keys without a
 * modifier (but Esc and function keys) are left alone while a field has focus, and all of them while a dialog is open.
 */
export function useShortcuts(handlers: Handlers): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    mounted.push(latest);
    if (mounted.length === 1) window.addEventListener('keydown', pressed);
    return () => {
      mounted.splice(mounted.indexOf(latest), 1);
      if (mounted.length === 0) window.removeEventListener('keydown', pressed);
    };
  }, []);
}

/** What can be done by a shortcut now, in the order of the table. */
export const shortcutsNow = (): readonly ShortcutId[] => SHORTCUT_IDS.filter((id) => handlerOf(id) !== undefined);

/** Does what that shortcut does now; nothing when nobody handles it. */
export const runShortcut = (id: ShortcutId): void => handlerOf(id)?.();

const handlerOf = (id: ShortcutId): (() => void) | undefined =>
  mounted
    .map(({ current }) => current[id])
    .filter((handler) => handler !== undefined)
    .at(-1);

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || inDialog(event.target)) return;
  const name = keyName(event);
  if (isPlain(name) && isField(event.target)) return;
  const id = SHORTCUT_IDS.find((one) => SHORTCUTS[one].key === name && handlerOf(one) !== undefined);
  if (id === undefined) return;
  event.preventDefault();
  runShortcut(id);
}

/** The name of a pressed key, as the table spells it. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): string {
  const key = event.key.toLowerCase();
  const mod = event.ctrlKey || event.metaKey;
  // shift is part of the sign itself (`?`), but not of letters and named keys
  const shift = event.shiftKey && (key.length > 1 || (key >= 'a' && key <= 'z'));
  return `${mod ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${shift ? 'shift+' : ''}${key}`;
}

const isPlain = (name: string): boolean => !/^(mod|alt)\+|^(shift\+)?f\d+$|^escape$/.test(name);

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** Not by its role: a toast is one too. */
const inDialog = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('.dialog') !== null;
