import { expect } from 'vitest';
import { shortcutsButton } from './hand.ts';
import type { Stack } from './stack.ts';

/** Any action is found by its words, and the list of keys opens and closes, on top of whatever is shown. */
export async function everywhereJob({ page, hand, copied, gateway }: Stack): Promise<void> {
  await hand.go('Overview');
  const actions = page.getByRole('dialog', { name: 'Actions' });
  const run = async (words: string, name: RegExp) => {
    await hand.openPalette();
    await page.getByRole('combobox', { name: 'Search or run any action' }).waitFor();
    await page.keyboard.type(words);
    const entry = actions.getByRole('option', { name }).first();
    await entry.waitFor();
    if (hand.by === 'mouse') await entry.click();
    else await page.keyboard.press('Enter');
    await actions.waitFor({ state: 'detached' });
  };
  await run('theme dark', /^Theme: Dark/);
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  await run('theme system', /^Theme: (System|As the system)/);
  await run('copy base', /^Copy base URL/);
  await page.getByText('Copied base URL').waitFor();
  expect(await copied()).toBe(`${gateway}/v1`);

  const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await hand.openShortcuts();
  await shortcuts.getByText('Search or run any action').waitFor();
  await hand.close(shortcuts, shortcutsButton(page));
}
