import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Stack } from './stack.ts';

/** The address goes onto the clipboard, an engine is stopped and started, and a problem leads to its engine. */
export async function overviewJob({ page, hand, gateway, engine, copied }: Stack): Promise<void> {
  await hand.go('Overview');
  await hand.press(page.getByRole('region', { name: 'Gateway' }).getByRole('button', { name: 'Copy base URL' }));
  await page.getByText('Copied base URL').waitFor();
  expect(await copied()).toBe(`${gateway}/v1`);

  const card = page.getByRole('article', { name: 'llama', exact: true });
  const { pid } = await engine('llama');
  expect(await card.textContent()).toContain(`pid ${pid}`);
  await hand.press(card.getByRole('button', { name: 'Stop llama' }));
  await card.getByText('Stopped by you').waitFor();
  expect(await engine('llama')).toMatchObject({ phase: 'stopped', held: true, pid: null });
  await hand.press(card.getByRole('button', { name: 'Start llama' }));
  await card.getByText('Ready').waitFor();
  await until('another process', async () => ((await engine('llama')).pid ?? pid) !== pid);

  const problems = page.getByRole('region', { name: 'Needs attention' });
  await hand.press(problems.getByRole('button', { name: 'Show broken' }));
  await page.getByRole('heading', { name: 'broken', level: 1 }).waitFor();
  await page.getByRole('alert', { name: 'Why broken is not ready' }).waitFor();
}
