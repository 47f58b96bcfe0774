import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { onTestFailed } from 'vitest';
import type { App } from './app.ts';
import { top } from './tools.ts';
import { untilEqual } from './until.ts';

/** With `STACKYARD_IMAGES=docs` the one picture that the README shows is taken too. */
export const forDocs = process.env.STACKYARD_IMAGES === 'docs';

/** Pictures for people to look at are in `.cache/screenshots`; that of the README in `docs/images`. */
const folderOf = (name: string) => join(top, name === 'window' ? 'docs/images' : '.cache/screenshots');

/** The page as it is now, at a size of the window (CSS pixels) and in a theme. */
export async function photograph(
  app: App,
  page: Page,
  name: string,
  { width = 1440, height = 900, theme = 'light' as 'light' | 'dark' } = {},
): Promise<string> {
  mkdirSync(folderOf(name), { recursive: true });
  await app.electron.evaluate(
    ({ BrowserWindow, nativeTheme }, [w, h, t]) => {
      nativeTheme.themeSource = t as 'light' | 'dark';
      BrowserWindow.getAllWindows()[0]?.setContentSize(w as number, h as number);
    },
    [width, height, theme],
  );
  await untilEqual(
    'the window’s size and theme',
    () => page.evaluate(() => [window.innerWidth, window.innerHeight, document.documentElement.dataset.theme]),
    [width, height, theme],
  );
  const path = join(folderOf(name), `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  return path;
}

/** What the page looked like when the test failed: `.cache/screenshots/failed-NAME.png`. Call it inside of the test. */
export function photographFailure(page: Page, name: string): void {
  onTestFailed(async () => {
    await page.screenshot({ path: join(top, '.cache/screenshots', `failed-${name}.png`) }).catch(() => {});
  });
}
