/** The main job as a person does it: tray, window, playground, config page, quit – on real Electron, a real tray, a real engine. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import { isListening } from '../../electron/host/ports.ts';
import { launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { type Notifications, startNotifications } from '../support/notifications.ts';
import { forDocs, photograph, photographFailure } from '../support/photograph.ts';
import { isAlive as alive } from '../support/processes.ts';
import { describeNeeding } from '../support/tools.ts';
import { startTrayHost, type TrayHost } from '../support/tray-host.ts';
import { until } from '../support/until.ts';

const go = (page: Page, where: string | RegExp) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: where }).first().click();

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the main job', () => {
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

  it('from the toggle in the tray to the answer in the playground, and back to nothing', async () => {
    const config = `# my stack\n${llamaConfig({ start: 'with-app' })}`;
    const app = await launchApp({ config });
    const page = await app.window();
    photographFailure(page, 'main-job');
    const tray = await panel.item();
    await until('ready in the tray', async () => (await tray.tooltip()) === 'Stackyard: 1 engine ready');
    await tray.click('Stack on');
    await until('off in the tray', async () => (await tray.row('llama: stopped by you')) !== null);
    expect(await tray.tooltip()).toBe('Stackyard: off');
    const off = await tray.icon();

    await tray.click('Stack on');
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    await until('on in the tray', async () => (await tray.tooltip()) === 'Stackyard: 1 engine ready');
    expect((await tray.icon()).png.equals(off.png)).toBe(false);
    await photograph(app, page, 'overview-small', { width: 960, height: 640 });
    await photograph(app, page, 'overview-dark', { theme: 'dark' });
    await photograph(app, page, 'overview-light');
    if (forDocs) await photograph(app, page, 'window', { width: 1200, height: 640 });

    await go(page, 'Playground');
    await page.getByRole('textbox', { name: 'Message' }).fill('Who are you?');
    await page.keyboard.press('Enter');
    const answer = page.getByRole('article', { name: /^Answer of/ });
    await answer.getByText(KNOWN_ANSWER.trim().slice(0, 60)).waitFor();
    await until('the whole answer', async () =>
      (await answer.textContent())?.includes(KNOWN_ANSWER.trim().slice(-40)),
    );
    expect(await answer.textContent()).toContain('llama');
    await photograph(app, page, 'playground-small', { width: 960, height: 640, theme: 'dark' });
    await photograph(app, page, 'playground-dark', { theme: 'dark' });
    await photograph(app, page, 'playground-light');

    for (const [where, name] of [
      ['Models', 'models'],
      ['Engines', 'engines'],
      [/^llama/, 'engine'],
      ['Config', 'config'],
    ] as const) {
      await go(page, where);
      await photograph(app, page, `${name}-small`, { width: 960, height: 640 });
      await photograph(app, page, `${name}-dark`, { theme: 'dark' });
      await photograph(app, page, `${name}-light`);
    }

    const host = await page.evaluate(async () => {
      const reply = await (
        window as unknown as { stackyard: import('../../shared/contract/ipc.ts').Bridge }
      ).stackyard.call('snapshot.get', {});
      if (!reply.ok) throw new Error(reply.error.message);
      return reply.value;
    });
    const { pid, port } = host.engines[0] ?? {};
    const gatewayPort = Number(new URL(host.gateway.url ?? '').port);
    await tray.click('Stack on');
    await until('stopped', () => !alive(pid ?? 0));
    expect(await isListening('127.0.0.1', port ?? 0)).toBe(false);
    const refused = await fetch(`${host.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: host.models[0]?.id, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    expect(refused.status).toBe(503);
    expect(((await refused.json()) as { error: { code: string } }).error.code).toBe('engine_held');

    await tray.click(/^Quit Stackyard/);
    expect(await app.ended).toEqual({ code: 0, signal: null });
    expect(await isListening('127.0.0.1', gatewayPort)).toBe(false);
    expect(alive(host.router.pid ?? 0)).toBe(false);
    expect(readFileSync(app.configFile, 'utf8')).toBe(config);
  });
});
