/** An engine is killed: the window and the desktop tell it, it comes back by itself, and a reload of the window loses nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import type { Bridge } from '../../shared/contract/ipc.ts';
import { launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { type Notifications, startNotifications } from '../support/notifications.ts';
import { photograph, photographFailure } from '../support/photograph.ts';
import { isAlive } from '../support/processes.ts';
import { describeNeeding } from '../support/tools.ts';
import { until } from '../support/until.ts';

/** What the page has on `window`. */
declare const stackyard: Bridge;

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'healing', () => {
  let notifications: Notifications;
  beforeAll(async () => {
    notifications = await startNotifications();
  });
  afterAll(() => notifications.close());

  it('tells that an engine died, brings it back, and keeps everything over a reload', async () => {
    // long enough to be seen in the window
    const config = llamaConfig({ start: 'with-app' }).replace(
      'start: with-app',
      'start: with-app\n    restart: { backoff: 3s }',
    );
    const app = await launchApp({ config });
    const page = await app.window();
    photographFailure(page, 'healing');
    const engine = () =>
      page.evaluate(async () => {
        const reply = await stackyard.call('snapshot.get', {});
        if (!reply.ok) throw new Error(reply.error.message);
        return reply.value.engines[0] ?? null;
      });
    const card = page.getByRole('article', { name: 'llama' });
    const go = (name: string) =>
      page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).first().click();
    await card.getByText('Ready').waitFor();

    await go('Playground');
    await page.getByRole('textbox', { name: 'Message' }).fill('Who are you?');
    await page.keyboard.press('Enter');
    const answer = page.getByRole('article', { name: /^Answer of/ });
    await until('the whole answer', async () =>
      (await answer.textContent())?.includes(KNOWN_ANSWER.trim().slice(-40)),
    );
    await go('Overview');

    const pid = (await engine())?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
    await card.getByText('Restarting soon').waitFor();
    await page.getByText('llama died.').waitFor();
    await photograph(app, page, 'healing');
    await until('the notification', () => notifications.shown.some(({ title }) => title === 'llama crashed'));

    await until('ready with another process', async () => {
      const now = await engine();
      return now?.phase === 'ready' && now.pid !== pid;
    });
    await card.getByText('Ready').waitFor();
    await card.getByText('1 restart').waitFor();
    await page.getByText('llama died.').waitFor({ state: 'detached' });
    const crashed = notifications.shown.find(({ title }) => title === 'llama crashed');
    expect(crashed?.body).toContain('It is being started again.');

    const again = await engine();
    await go('Playground');
    await page.reload();
    await page.getByRole('article', { name: /^Answer of/ }).waitFor();
    expect(await answer.textContent()).toContain(KNOWN_ANSWER.trim().slice(-40));
    expect(await page.getByText('Who are you?').count()).toBeGreaterThan(0);
    await go('Overview');
    await card.getByText('Ready').waitFor();
    await card.getByText(`pid ${again?.pid}`).waitFor();
    expect(isAlive(again?.pid ?? 0)).toBe(true);
  });
});
