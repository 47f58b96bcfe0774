/** System, light or dark: the choice is the user's, `data-theme` on the root is what the tokens follow. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { bridge, hasBridge } from './bridge.ts';

export type Theme = 'system' | 'light' | 'dark';

/** The choices with their names, as they are offered. */
export const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

const KEY = 'stackyard.theme';
const isTheme = (value: unknown): value is Theme => value === 'system' || value === 'light' || value === 'dark';

export const theme = createStore<Theme>(() => {
  const kept = globalThis.localStorage?.getItem(KEY);
  return isTheme(kept) ? kept : 'system';
});

export const useTheme = (): Theme => useStore(theme);

/** Chooses a theme, keeps it, and tells the shell so that native menus follow. */
export function chooseTheme(next: Theme): void {
  theme.setState(next, true);
  localStorage.setItem(KEY, next);
  if (hasBridge()) void bridge().shell('shell.theme', { theme: next });
}

/** Keeps `data-theme` right from now on. */
export function applyTheme(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const paint = () => {
    const choice = theme.getState();
    document.documentElement.dataset.theme = choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
  };
  dark.addEventListener('change', paint);
  theme.subscribe(paint);
  paint();
}
