import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { KNOWN_ANSWER } from '../../../build/tiny-model.mjs';
import { until, untilEqual } from '../../support/until.ts';
import { expectFocusOn } from './hand.ts';
import type { Stack } from './stack.ts';

/** Requests of a real client appear; one is read and asked again from a shell, one is cancelled, a cooldown is ended. */
export async function requestsJob({ page, hand, gateway, copied, call }: Stack): Promise<void> {
  const ask = (model: string, more: object = {}) =>
    fetch(`${gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'page-jobs/1.0' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Who are you?' }], ...more }),
    });
  await hand.go('Requests');
  expect((await ask('demo')).status).toBe(200);
  const table = page.getByRole('table', { name: 'Requests' });
  const rows = (model: string) =>
    table.getByRole('row').filter({ has: page.getByRole('button', { name: model, exact: true }) });
  const mine = rows('demo').filter({ hasText: 'page-jobs' }).first();
  await mine.waitFor();

  const name = mine.getByRole('button', { name: 'demo' });
  await hand.press(name);
  const trace = page.getByRole('complementary', { name: 'Request for demo' });
  await hand.into(name, trace);
  await trace.getByText('41 tokens after 13 of prompt').waitFor();
  await hand.press(trace.getByRole('button', { name: 'Copy as curl' }));
  await page.getByText('Copied curl command').waitFor();
  const { stdout } = await promisify(execFile)('sh', ['-c', await copied()]);
  expect(JSON.parse(stdout).choices[0].message.content).toContain(KNOWN_ANSWER.trim().slice(0, 40));

  await hand.press(trace.getByRole('button', { name: 'Replay' }));
  await page.getByRole('heading', { name: 'Playground', level: 1 }).waitFor();
  await page.getByText(KNOWN_ANSWER.trim().slice(-40)).waitFor();
  expect(await page.locator('.ask').innerText()).toBe('Who are you?');
  await hand.go('Requests');
  await hand.press(name);
  await hand.press(trace.getByRole('button', { name: 'Close' }));
  await trace.waitFor({ state: 'detached' });
  await expectFocusOn(page, name);

  // a target that refuses is passed by, and then left alone until it may return
  await ask('twice');
  await ask('twice');
  await hand.press(page.getByRole('button', { name: /^Rerouted/ }));
  await rows('demo').first().waitFor({ state: 'detached' });
  await untilEqual('both went another way', () => rows('twice').count(), 2);
  await page.getByText(/1\scooldown/).waitFor();
  expect(await call('cooldowns.list', {})).toMatchObject([{ engine: 'far', model: 'full' }]);
  await hand.press(page.getByRole('button', { name: /1\scooldown/ }));
  await hand.press(page.getByRole('button', { name: 'Clear far/full' }));
  await page.getByText(/1\scooldown/).waitFor({ state: 'detached' });
  expect(await call('cooldowns.list', {})).toEqual([]);
  await hand.press(page.getByRole('button', { name: /^All/ }));

  const endless = await ask('slow', { stream: true });
  await hand.write(page.getByRole('textbox', { name: /^Filter requests/ }), 'model:slow');
  await untilEqual('the one', () => rows('slow').count(), 1);
  await hand.press(rows('slow').getByRole('button', { name: 'slow' }));
  await hand.press(
    page.getByRole('complementary', { name: 'Request for slow' }).getByRole('button', { name: 'Cancel' }),
  );
  const end = await endless.text().then(
    () => 'ended',
    () => 'cut',
  );
  expect(end).toBe('cut');
  await rows('slow')
    .getByText(/Cancelled/)
    .waitFor();
  await hand.press(rows('slow').getByRole('button', { name: 'slow' }));
  await hand.write(page.getByRole('textbox', { name: /^Filter requests/ }), '');
  await until('all are listed again', async () => (await rows('demo').count()) >= 2);
}
