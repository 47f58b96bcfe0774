import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import { expectFocusOn } from './hand.ts';
import { reach } from './keyboard.ts';
import type { Stack } from './stack.ts';

/** What has no counterpart for a mouse: keys on a row, keys that lead everywhere, keys of the composer. */
export async function keysJob({ page, engine, copied }: Stack): Promise<void> {
  await page.keyboard.press('Control+3');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'llama', exact: true }) });
  const name = row.getByRole('link', { name: 'llama', exact: true });
  await reach(page, name);
  await page.keyboard.press('ArrowDown');
  await expectFocusOn(page, page.getByRole('main').getByRole('link', { name: 'shelf', exact: true }));
  await page.keyboard.press('ArrowUp');
  await expectFocusOn(page, name);
  await page.keyboard.press('s');
  await row.getByText('Stopped by you').waitFor();
  await page.keyboard.press('s');
  await row.getByText('Ready').waitFor();
  await page.keyboard.press('c');
  await page.getByText('Copied address of llama').waitFor();
  expect(await copied()).toBe((await engine('llama')).url);
  const { pid } = await engine('llama');
  await page.keyboard.press('r');
  await until('another process', async () => {
    const now = await engine('llama');
    return now.phase === 'ready' && now.pid !== pid;
  });
  await page.keyboard.press('Enter');
  await page.getByRole('log', { name: 'Lines of llama' }).waitFor();

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

  // what is being written has the focus, and has it again after whatever lay over it
  const message = page.getByRole('textbox', { name: 'Message' });
  await page.keyboard.press('Control+5');
  await page.keyboard.press('Control+n');
  await expectFocusOn(page, message);
  await page.keyboard.type('Who');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('are you?');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or run any action' }).waitFor();
  await page.keyboard.press('Escape');
  await expectFocusOn(page, message);
  await page.keyboard.press('Enter');
  await page.getByText('Answered by').first().waitFor();
  expect(await page.locator('.ask').innerText()).toBe('Who\nare you?');
  await reach(page, page.getByRole('button', { name: 'Edit and resend' }));
  await page.keyboard.press('Enter');
  await expectFocusOn(page, page.getByRole('textbox', { name: 'Question' }));
  await page.keyboard.press('Escape');
  await expectFocusOn(page, page.getByRole('button', { name: 'Edit and resend' }));
}
