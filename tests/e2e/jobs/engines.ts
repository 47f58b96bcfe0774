import { expect } from 'vitest';
import { until, untilEqual } from '../../support/until.ts';
import type { Stack } from './stack.ts';

/** An engine is pinned and restarted, its log read, filtered, kept, and what is known of it looked at. */
export async function enginesJob(stack: Stack): Promise<void> {
  const { page, hand, engine } = stack;
  await hand.go('Engines');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'llama', exact: true }) });
  await hand.press(row.getByRole('button', { name: 'Pin llama' }));
  await row.getByText('pinned').waitFor();
  expect(await engine('llama')).toMatchObject({ pinned: true });
  await hand.press(row.getByRole('button', { name: 'Unpin llama' }));
  await row.getByText('pinned').waitFor({ state: 'detached' });

  const { pid } = await engine('llama');
  await hand.press(row.getByRole('button', { name: 'Restart llama' }));
  await until('ready as another process', async () => {
    const now = await engine('llama');
    return now.phase === 'ready' && now.pid !== pid;
  });
  await hand.press(row.getByRole('link', { name: 'llama', exact: true }));
  await page.getByRole('heading', { name: 'llama', level: 1 }).waitFor();
  await readLog(stack);

  await hand.press(page.getByRole('button', { name: 'Details', exact: true }));
  await page
    .getByRole('row', { name: /^Ready GET/ })
    .getByText('Ready, 200')
    .waitFor();
  await hand.press(page.getByRole('button', { name: /^Crashes/ }));
  await page.getByText(/^Nothing went wrong\./).waitFor();
  await hand.press(page.getByRole('button', { name: 'Log', exact: true }));
  await page.getByRole('log', { name: 'Lines of llama' }).waitFor();
}

async function readLog({ page, hand, copied, saved }: Stack): Promise<void> {
  const log = page.getByRole('log', { name: 'Lines of llama' });
  const count = page.locator('.log-count');
  await log.getByText('listening on http').first().waitFor();

  // what is read stays where it is until the reader wants the newest again
  const jump = page.getByRole('button', { name: /^Jump to latest/ });
  await hand.scrollUp(log);
  await jump.waitFor();
  await hand.press(jump);
  await jump.waitFor({ state: 'detached' });

  const filter = page.getByRole('textbox', { name: 'Filter the log' });
  await hand.write(filter, 'listening on http.*:\\d+$');
  await page.getByText('No line passes the filter.').waitFor();
  await hand.press(page.getByRole('button', { name: 'Use a regular expression' }));
  await log.getByText('listening on http').first().waitFor();
  const [shown = 0, all = 0] = (await count.innerText()).match(/\d+/g)?.map(Number) ?? [];
  expect(shown).toBeGreaterThan(0);
  expect(all).toBeGreaterThan(shown);
  await hand.press(page.getByRole('button', { name: 'Copy these lines' }));
  await page.getByText(/^Copied \d+\slines?$/).waitFor();
  const lines = (await copied()).trimEnd().split('\n');
  expect(lines).toHaveLength(shown);
  for (const line of lines) expect(line).toMatch(/listening on http.*:\d+/);
  await hand.press(page.getByRole('button', { name: 'Save these lines' }));
  expect((await saved('llama.log')).trimEnd().split('\n')).toEqual(lines);

  await hand.press(page.getByRole('button', { name: 'Use a regular expression' }));
  await hand.write(filter, '');
  await hand.choose(page.getByRole('combobox', { name: 'Level' }), 'Errors');
  await untilEqual('no more lines than errors', async () => /^0 of|^\d+ of/.test(await count.innerText()), true);
  await hand.choose(page.getByRole('combobox', { name: 'Level' }), 'All levels');
  await untilEqual('all lines', async () => /^\d+\slines$/.test(await count.innerText()), true);
}
