/** axe-core over every page and what opens over them, in both themes, on real Electron: no violation. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { type App, launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { photographFailure } from '../support/photograph.ts';
import { describeNeeding } from '../support/tools.ts';
import { untilEqual } from '../support/until.ts';

/** What axe says of the page as it is now, by rule and place. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => document.getAnimations().map((one) => one.finish()));
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const found = await (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return found.violations.flatMap((rule) =>
      rule.nodes.map(
        (node) => `${rule.id}: ${node.target.join(' ')} – ${node.failureSummary?.split('\n').at(-1) ?? ''}`,
      ),
    );
  });
}

async function inBothThemes(app: App, page: Page, where: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await app.electron.evaluate(
      ({ nativeTheme }, [t]) => {
        nativeTheme.themeSource = t as 'light' | 'dark';
      },
      [theme],
    );
    await untilEqual('the theme', () => page.evaluate(() => document.documentElement.dataset.theme), theme);
    expect.soft(await violations(page), `${where}, ${theme}`).toEqual([]);
  }
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 });

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the window, to axe', () => {
  it('has no violation on any page of a running stack', async () => {
    const app = await launchApp({ config: llamaConfig({ start: 'with-app' }) });
    const page = await app.window();
    photographFailure(page, 'accessibility');
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    for (const [key, name] of [
      ['1', 'Overview'],
      ['2', 'Models'],
      ['3', 'Engines'],
      ['4', 'Requests'],
      ['5', 'Playground'],
      ['6', 'Config'],
      ['l', 'llama'],
    ] as const) {
      await page.keyboard.press(`Control+${key}`);
      await heading(page, name).waitFor();
      await inBothThemes(app, page, name);
    }
    await page.getByRole('button', { name: 'Metrics' }).click();
    await page.getByRole('region', { name: 'Metrics of llama' }).waitFor();
    await inBothThemes(app, page, 'metrics');

    await page.getByRole('button', { name: 'Details', exact: true }).click();
    await page.getByRole('row', { name: /^Ready GET/ }).waitFor();
    await inBothThemes(app, page, 'details of an engine');

    for (const part of ['Routing', 'Gateway', 'App']) {
      await page.keyboard.press('Control+,');
      await page.getByRole('group', { name: 'Form' }).getByRole('button', { name: part }).click();
      await page.getByRole('region', { name: `${part} settings` }).waitFor();
      await inBothThemes(app, page, `${part} settings`);
    }

    await page.keyboard.press('Control+5');
    await page.getByRole('textbox', { name: 'Message' }).fill('Who are you?');
    await page.keyboard.press('Enter');
    await page.getByText('Answered by').waitFor();
    await inBothThemes(app, page, 'an answer');
    await page.keyboard.press('Control+4');
    await page.getByRole('table', { name: 'Requests' }).getByRole('button').first().click();
    await page.getByRole('complementary').waitFor();
    await inBothThemes(app, page, 'a trace');
    await page.keyboard.press('Control+2');
    await page.getByRole('table', { name: 'Models' }).getByRole('button', { name: 'demo', exact: true }).click();
    await page.getByRole('complementary').waitFor();
    await inBothThemes(app, page, 'a model');

    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Actions' }).waitFor();
    await inBothThemes(app, page, 'the palette');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Actions' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+1');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await inBothThemes(app, page, 'the shortcuts');
  });

  it('has no violation in the first run', async () => {
    const app = await launchApp({ config: null });
    const page = await app.window();
    photographFailure(page, 'accessibility-first-run');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('checkbox').first().waitFor();
    await inBothThemes(app, page, 'first run');
  });
});
