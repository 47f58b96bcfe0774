import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Stack } from './stack.ts';

/** An engine that fails says why, with its last lines; its card leads to the line to change, and the change cures it. */
export async function failedEngineJob({ page, hand, engine }: Stack): Promise<void> {
  await hand.go('Engines');
  await hand.press(page.getByRole('main').getByRole('link', { name: 'broken', exact: true }));
  const card = page.getByRole('alert', { name: 'Why broken is not ready' });
  await card.getByText('llama-server does not know the argument --nope.').waitFor();
  await card
    .getByRole('log', { name: 'Last lines of broken' })
    .getByText('error: invalid argument: --nope')
    .waitFor();
  await card.getByText(/^Exit code 1 after \d/).waitFor();

  await hand.press(card.getByRole('button', { name: /^Edit its arguments/ }));
  const line = page.locator('.cm-activeLine');
  await line.getByText('--nope').waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Config file');

  const form = page.getByRole('region', { name: 'Engine settings' });
  await hand.write(form.getByRole('textbox', { name: 'Arguments' }), '-t 1 --alias mended');
  const plan = page.getByRole('region', { name: 'Plan' });
  await plan
    .getByText(/broken/)
    .first()
    .waitFor();
  await hand.press(plan.getByRole('button', { name: /^Apply/ }));
  await page.getByText('Config applied').first().waitFor();
  await hand.go('Engines');
  await hand.press(page.getByRole('main').getByRole('link', { name: 'broken', exact: true }));
  const start = page.getByRole('button', { name: 'Start', exact: true });
  if (await start.isVisible()) await hand.press(start);
  await until('it is ready', async () => (await engine('broken')).phase === 'ready');
  await card.waitFor({ state: 'detached' });
  // what was is still known
  await hand.press(page.getByRole('button', { name: /^Crashes/ }));
  await page.getByText('The engine does not know one of its arguments').first().waitFor();
  expect(await page.getByRole('group').count()).toBeGreaterThan(0);
}
