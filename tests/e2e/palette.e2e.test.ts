/** The command palette and the row keys on real Electron with a real engine: everything by the keyboard alone. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { photographFailure } from '../support/photograph.ts';
import { describeNeeding } from '../support/tools.ts';

async function run(page: Page, words: string, found: string | RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or run any action' }).waitFor();
  await page.keyboard.type(words);
  await page.locator('[role=option][data-highlighted]').filter({ hasText: found }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Actions' }).waitFor({ state: 'detached' });
}

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the command palette', () => {
  it('starts, loads, restarts and stops by words, and every shortcut of the list leads somewhere', async () => {
    const app = await launchApp({ config: llamaConfig() });
    const page = await app.window();
    photographFailure(page, 'palette');
    const card = page.getByRole('article', { name: 'llama' });
    await card.getByText('Stopped').waitFor();
    await run(page, 'start llama', 'Start llama');
    await card.getByText('Ready').waitFor();

    // from the row: one key stops it, and the same key starts it
    await page.keyboard.press('Control+3');
    const row = page.getByRole('row', { name: /^llama/ });
    const name = row.getByRole('link', { name: 'llama' });
    await name.focus();
    await page.keyboard.press('s');
    await row.getByText('Stopped by you').waitFor();
    await page.keyboard.press('s');
    await row.getByText('Ready').waitFor();
    await page.keyboard.press('c');
    await page.getByText('Copied address of llama').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('log', { name: 'Lines of llama' }).waitFor();

    await run(page, 'theme dark', 'Theme: Dark');
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    await run(page, 'copy base', 'Copy base URL');
    await page.getByText('Copied base URL').waitFor();

    // what it opens has the focus
    await run(page, 'new chat', 'New chat');
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Message');
    await page.keyboard.type('half a question');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Message');
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('half a question');

    for (const [keys, heading] of [
      ['Control+1', 'Overview'],
      ['Control+2', 'Models'],
      ['Control+3', 'Engines'],
      ['Control+4', 'Requests'],
      ['Control+5', 'Playground'],
      ['Control+6', 'Config'],
      ['Control+l', 'llama'],
      ['Control+,', 'Config'],
    ] as const) {
      await page.keyboard.press(keys);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    }
    await page.keyboard.press('Control+1');
    await page.keyboard.press('?');
    const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await shortcuts.getByText('Search or run any action').waitFor();
    await page.keyboard.press('Escape');
    await shortcuts.waitFor({ state: 'detached' });

    await run(page, 'llama stop', 'Stop llama');
    await page.keyboard.press('Control+1');
    await card.getByText('Stopped by you').waitFor();
  });
});
