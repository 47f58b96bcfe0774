/** Verification from the tray, on real Electron: one choice in the menu, a notification, and the page with the proof. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { type Notifications, startNotifications } from '../support/notifications.ts';
import { photograph, photographFailure } from '../support/photograph.ts';
import { describeNeeding } from '../support/tools.ts';
import { startTrayHost, type TrayHost } from '../support/tray-host.ts';
import { until } from '../support/until.ts';

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the tray', () => {
  let panel: TrayHost;
  let notifications: Notifications;
  beforeAll(async () => {
    panel = await startTrayHost();
    notifications = await startNotifications();
  });
  afterAll(() => {
    panel.close();
    notifications.close();
  });

  it('verifies all models, tells what came of it, and the window shows the proof', async () => {
    const app = await launchApp({ config: llamaConfig({ start: 'with-app' }) });
    const page = await app.window();
    photographFailure(page, 'tray-verify');
    const tray = await panel.item();
    await until('ready in the tray', async () => (await tray.tooltip()) === 'Stackyard: 1 engine ready');
    await until('it can be chosen', async () => (await tray.row('Verify all models'))?.enabled === true);
    await tray.click('Verify all models');
    const told = await until('a notification', () =>
      notifications.shown.find(({ title }) => /answer|verified/.test(title)),
    );
    expect(told).toMatchObject({ title: expect.stringMatching(/^\d models? answers?$/) });
    await until('it can be chosen again', async () => (await tray.row('Verify all models'))?.enabled === true);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Models' }).click();
    await page.getByRole('table', { name: 'Models' }).getByText('Passed just now').first().waitFor();
    await photograph(app, page, 'tray-verify');

    // The engine is gone: the next one says so.
    await tray.click(/^llama/, 'Stop');
    await until('it is stopped', async () => (await tray.row('llama: stopped by you')) !== null);
    notifications.shown.splice(0);
    await tray.click('Verify all models');
    const skipped = await until('another notification', () => notifications.shown.at(-1));
    expect(skipped.title).toBe('No model was verified');
  });
});
