/** The main job as a person does it: tray, window, playground, verification, quit – on real Electron, a real tray, a real engine. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import { isListening } from '../../electron/host/ports.ts';
import { launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { desktop, snapshotIn } from '../support/desktop.ts';
import { forDocs, photograph, photographFailure } from '../support/photograph.ts';
import { isAlive as alive } from '../support/processes.ts';
import { describeNeeding } from '../support/tools.ts';
import { until } from '../support/until.ts';

const go = (page: Page, where: string | RegExp) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: where }).first().click();

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the main job', () => {
  const desk = desktop();

  it('from the toggle in the tray to the answer in the playground, and back to nothing', async () => {
    const config = `# my stack\n${llamaConfig({ start: 'with-app' })}`;
    const app = await launchApp({ config });
    const page = await app.window();
    photographFailure(page, 'main-job');
    const tray = await desk.panel.item();
    await until('ready in the tray', async () => (await tray.tooltip()) === 'Stackyard: 1 engine ready');
    await tray.click('Stack on');
    await until('off in the tray', async () => (await tray.row('llama: stopped by you')) !== null);
    expect(await tray.tooltip()).toBe('Stackyard: off');
    const off = await tray.icon();

    await tray.click('Stack on');
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    await until('on in the tray', async () => (await tray.tooltip()) === 'Stackyard: 1 engine ready');
    expect((await tray.icon()).png.equals(off.png)).toBe(false);
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

    // from the tray: one choice proves every model, and the window shows the proof
    await until('it can be chosen', async () => (await tray.row('Verify all models'))?.enabled === true);
    await tray.click('Verify all models');
    const told = await until('a notification', () =>
      desk.notifications.shown.find(({ title }) => /answer|verified/.test(title)),
    );
    expect(told).toMatchObject({ title: expect.stringMatching(/^\d models? answers?$/) });
    await until('it can be chosen again', async () => (await tray.row('Verify all models'))?.enabled === true);
    await go(page, 'Models');
    await page.getByRole('table', { name: 'Models' }).getByText('Passed just now').first().waitFor();

    const host = await snapshotIn(page);
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

    desk.notifications.shown.splice(0);
    await tray.click('Verify all models');
    const skipped = await until('another notification', () => desk.notifications.shown.at(-1));
    expect(skipped.title).toBe('No model was verified');

    await tray.click(/^Quit Stackyard/);
    expect(await app.ended).toEqual({ code: 0, signal: null });
    expect(await isListening('127.0.0.1', gatewayPort)).toBe(false);
    expect(alive(host.router.pid ?? 0)).toBe(false);
    expect(readFileSync(app.configFile, 'utf8')).toBe(config);
  });
});
