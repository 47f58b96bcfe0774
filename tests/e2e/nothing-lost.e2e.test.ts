/** A page that is loaded anew, or whose renderer crashes, loses nothing: neither in the app nor in a browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import { launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { openTab } from '../support/browser.ts';
import { photographFailure } from '../support/photograph.ts';
import { lookAgain, reloadCrashed } from '../support/revive.ts';
import { serve } from '../support/serve.ts';
import { describeNeeding } from '../support/tools.ts';
import { until } from '../support/until.ts';

const go = async (page: Page, key: number, name: string) => {
  await page.keyboard.press(`Control+${key}`);
  await page.getByRole('heading', { name, level: 1 }).waitFor();
};
const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const MORE = '-t 1 --alias tiny --seed 7';

/** A conversation, half a question after it, and a change of the config that is not applied. Ends on the config page. */
async function leaveThings(page: Page): Promise<void> {
  await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
  await go(page, 5, 'Playground');
  await message(page).fill('Who are you?');
  await page.keyboard.press('Enter');
  await page.getByText('Answered by').waitFor();
  await message(page).fill('Half a thou');
  await go(page, 6, 'Config');
  await page.getByRole('region', { name: 'Engine settings' }).getByRole('textbox', { name: 'Arguments' }).fill(MORE);
  await page.getByText('Restarts llama').waitFor();
}

/** All of that, and the picture of the stack, is there again. */
async function findThings(page: Page): Promise<void> {
  await page.getByText('Edited', { exact: true }).waitFor();
  await page.getByText('Restarts llama').waitFor();
  const form = page.getByRole('region', { name: 'Engine settings' });
  expect(await form.getByRole('textbox', { name: 'Arguments' }).inputValue()).toBe(MORE);
  await go(page, 1, 'Overview');
  await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
  await go(page, 4, 'Requests');
  await page.getByRole('table', { name: 'Requests' }).getByRole('button', { name: 'demo', exact: true }).waitFor();
  await go(page, 5, 'Playground');
  await page.getByText(KNOWN_ANSWER.trim().slice(-40)).waitFor();
  expect(await message(page).inputValue()).toBe('Half a thou');
  await go(page, 6, 'Config');
}

const config = llamaConfig({ start: 'with-app', app: 'app: { on_file_change: ask }\n' });

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the app’s window', () => {
  it('loses nothing by a reload or a crash of its renderer', async () => {
    const app = await launchApp({ config });
    const page = await app.window();
    photographFailure(page, 'nothing-lost');
    await leaveThings(page);
    await page.reload();
    await findThings(page);

    const rendererPid = (): Promise<number> =>
      app.electron.evaluate(
        ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
      );
    const pid = await rendererPid();
    await app.electron.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
    });
    await until('another renderer', async () => ![0, pid].includes(await rendererPid()));
    const [port] = readFileSync(join(app.dataDir, 'electron', 'DevToolsActivePort'), 'utf8').split('\n');
    const again = await lookAgain(Number(port));
    await findThings(again.page);
    await again.close();
    expect(readFileSync(app.configFile, 'utf8')).toBe(config);
  });
});

describeNeeding(['chromium', 'llama-server'], 'the page in a browser', () => {
  it('loses nothing by a reload or a crash of its tab', async () => {
    const stackyard = await serve(config, { ui: true });
    const { page, port } = await openTab();
    photographFailure(page, 'nothing-lost-in-a-browser');
    await page.goto(stackyard.ui);
    await leaveThings(page);
    await page.reload();
    await findThings(page);

    const crashed = page.waitForEvent('crash');
    const devtools = await page.context().newCDPSession(page);
    void devtools.send('Page.crash').catch(() => {}); // nobody is left to answer it
    await crashed;
    await reloadCrashed(port);
    const again = await lookAgain(port);
    await findThings(again.page);
    await again.close();
    expect(readFileSync(stackyard.config, 'utf8')).toBe(config);
  });
});
