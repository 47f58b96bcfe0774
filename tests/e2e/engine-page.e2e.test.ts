/** The page of an engine that failed, on real Electron: the card, its lines, and the fix that cures it. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { photograph, photographFailure } from '../support/photograph.ts';
import { describeNeeding } from '../support/tools.ts';

const open = async (page: Page, name: string) => {
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await navigation.getByRole('link', { name: 'Engines' }).click();
  await page.getByRole('main').getByRole('link', { name, exact: true }).click();
};

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the page of a failed engine', () => {
  it('shows why and the last lines, leads to the line to change, and keeps the card when it runs again', async () => {
    const config = llamaConfig({ start: 'with-app' }).replace('"--alias", "tiny"', '"--alias", "tiny", "--nope"');
    const app = await launchApp({ config });
    const page = await app.window();
    photographFailure(page, 'engine-page');
    await open(page, 'llama');

    const card = page.getByRole('alert', { name: 'Why llama is not ready' });
    await card.getByText('The engine does not know one of its arguments').waitFor();
    await card.getByText('llama-server does not know the argument --nope.').waitFor();
    await card
      .getByRole('log', { name: 'Last lines of llama' })
      .getByText('error: invalid argument: --nope')
      .waitFor();
    await card.getByText(/^Exit code 1 after \d/).waitFor();
    await photograph(app, page, 'engine-failed', { width: 1280, height: 800 });
    await photograph(app, page, 'engine-failed-dark', { width: 1280, height: 800, theme: 'dark' });
    await photograph(app, page, 'engine-failed-small', { width: 960, height: 640 });

    await card.getByRole('button', { name: /^Edit its arguments/ }).click();
    const editor = page.getByRole('textbox', { name: 'Config file' });
    const line = page.locator('.cm-activeLine');
    await line.getByText('args').waitFor();
    expect(await line.textContent()).toContain('"--nope"');
    expect(await editor.evaluate((element) => element === document.activeElement)).toBe(true);

    const form = page.getByRole('region', { name: 'Engine settings' });
    await form.getByRole('textbox', { name: 'Arguments' }).fill('-t 1 --alias tiny');
    const apply = page.getByRole('region', { name: 'Plan' }).getByRole('button', { name: /^Apply/ });
    await apply.click();
    await open(page, 'llama');
    const start = page.getByRole('button', { name: 'Start', exact: true });
    const ready = page.locator('header').getByText('Ready');
    await start.or(ready).waitFor();
    if (await start.isVisible()) await start.click();
    await ready.waitFor();
    await card.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Details', exact: true }).click();
    const row = page.getByRole('row', { name: /^Ready GET 127\.0\.0\.1:\d+\/health/ });
    await row.getByText('Ready, 200').waitFor();
    await page
      .getByText(/--alias tiny$/)
      .first()
      .waitFor();
    await photograph(app, page, 'engine-details', { width: 1280, height: 800 });
    await page.getByRole('button', { name: /^Crashes/ }).click();
    await page.getByRole('group').getByText('The engine does not know one of its arguments').waitFor();
    await photograph(app, page, 'engine-crashes', { width: 1280, height: 800 });
  });
});
