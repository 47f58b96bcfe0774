import { useEffect, useRef } from 'react';

/** Keys by name: `mod+1`, `mod+shift+d`, `f8`, `?`. `mod` is ⌘ on macOS and Ctrl elsewhere. */
export type KeyMap = Readonly<Record<string, () => void>>;

/** Acts on keys while mounted. Keys without a modifier (but function keys) are left alone while a field has focus. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const name = keyName(event);
      const act = latest.current[name];
      if (!act || (isPlain(name) && isField(event.target))) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

/** The name of a pressed key, as a `KeyMap` spells it. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): string {
  const key = event.key.toLowerCase();
  const mod = event.ctrlKey || event.metaKey;
  // shift is part of the sign itself (`?`), but not of letters and named keys
  const shift = event.shiftKey && (key.length > 1 || (key >= 'a' && key <= 'z'));
  return `${mod ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${shift ? 'shift+' : ''}${key}`;
}

const isPlain = (name: string): boolean => !name.includes('+') && !/^f\d+$/.test(name) && name !== 'escape';

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
