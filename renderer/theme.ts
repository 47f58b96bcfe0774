/**
 * Light or dark: `data-theme` on the root is what the tokens follow. In the app the choice is `app.theme` of the config, which
 * the shell gives to the system's own setting, so the page only follows that. A browser has a choice of its own, kept in it.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { writeSetting } from './actions.ts';
import { isWeb } from './bridge.ts';
import { held } from './store.ts';

export type Theme = 'system' | 'light' | 'dark';

/** The choices with their names, as they are offered. */
export const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

const KEY = 'stackyard.theme';
const isTheme = (value: unknown): value is Theme => value === 'system' || value === 'light' || value === 'dark';

const ofBrowser = createStore<Theme>(() => {
  const kept = globalThis.localStorage?.getItem(KEY);
  return isTheme(kept) ? kept : 'system';
});

/** The present choice. */
export function useTheme(): Theme {
  const own = useStore(ofBrowser);
  const configured = useStore(held, ({ snapshot }) => snapshot?.config.theme ?? 'system');
  return isWeb() ? own : configured;
}

/** Chooses a theme and keeps it: in the config, or in this browser. */
export function chooseTheme(next: Theme): void {
  if (!isWeb()) return void writeSetting('Change the theme', ['app', 'theme'], next);
  ofBrowser.setState(next, true);
  localStorage.setItem(KEY, next);
}

/** Keeps `data-theme` right from now on. */
export function applyTheme(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const paint = () => {
    const choice = isWeb() ? ofBrowser.getState() : 'system';
    document.documentElement.dataset.theme = choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
  };
  dark.addEventListener('change', paint);
  ofBrowser.subscribe(paint);
  paint();
}
