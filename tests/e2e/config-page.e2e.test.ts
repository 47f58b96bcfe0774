/** The config page on real Electron: an error blocks, the form splices, the plan tells, the engine restarts, the file is never lost. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Bridge } from '../../shared/contract/ipc.ts';
import type { EngineView } from '../../shared/model.ts';
import { launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { photograph, photographFailure } from '../support/photograph.ts';
import { isAlive } from '../support/processes.ts';
import { describeNeeding } from '../support/tools.ts';
import { until, untilEqual } from '../support/until.ts';

/** What the page has on `window`. */
declare const stackyard: Bridge;

const engine = (page: Page): Promise<EngineView | undefined> =>
  page.evaluate(async () => {
    const reply = await stackyard.call('snapshot.get', {});
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.value.engines[0];
  });

// only what is new in the list is written; all else stays, quotes too
const ARGS = '["-t", "1", "--alias", "tiny"]';
const MORE_ARGS = '["-t", "1", "--alias", "tiny", "--seed", "7"]';

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the config page', () => {
  it('shows an error at its line, applies a form’s change and keeps every other byte', async () => {
    const config = llamaConfig({ start: 'with-app', app: 'app: { on_file_change: ask }\n' })
      .replace('version: 1', '# my stack, wide   gaps stay\nversion: 1   # the format')
      .replace(ARGS, `${ARGS}   # one thread is enough here`);
    const app = await launchApp({ config });
    const page = await app.window();
    photographFailure(page, 'config-page');
    const before = await until('the engine is ready', async () => {
      const now = await engine(page);
      return now?.phase === 'ready' && now;
    });

    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Config' }).click();
    const editor = page.getByRole('textbox', { name: 'Config file' });
    const plan = page.getByRole('region', { name: 'Plan' });
    const apply = plan.getByRole('button', { name: /^Apply/ });
    await editor.getByText('# one thread is enough here').waitFor();
    expect(await apply.isDisabled()).toBe(true);

    const wrongLine = lineOf(config, 'start: with-app');
    await editor.getByText('start').click();
    await page.keyboard.press('End');
    await page.keyboard.type('ish');
    await plan.getByRole('button', { name: new RegExp(`1\\serror, line ${wrongLine}$`) }).waitFor();
    await editor.getByRole('note').waitFor();
    expect(await apply.isDisabled()).toBe(true);
    await page.keyboard.press('Control+s'); // goes to the error instead
    await photograph(app, page, 'config-error-dark', { theme: 'dark' });
    await photograph(app, page, 'config-error');
    expect(readFileSync(app.configFile, 'utf8')).toBe(config);
    await page.keyboard.press('End');
    for (let n = 0; n < 'ish'.length; n++) await page.keyboard.press('Backspace');
    await editor.getByRole('note').waitFor({ state: 'detached' });

    const form = page.getByRole('region', { name: 'Engine settings' });
    await form.getByRole('textbox', { name: 'Arguments' }).fill('-t 1 --alias tiny --seed 7');
    await plan.getByText('Restarts llama').waitFor();
    await plan.getByText('args. Finishes its requests first.').waitFor();
    await photograph(app, page, 'config-plan-small', { width: 960, height: 640 });
    await photograph(app, page, 'config-plan');
    expect(readFileSync(app.configFile, 'utf8')).toBe(config);
    await apply.click();
    await page.getByText('Config applied').waitFor();
    const applied = config.replace(ARGS, MORE_ARGS);
    expect(readFileSync(app.configFile, 'utf8')).toBe(applied);
    const after = await until('the engine is ready with another process', async () => {
      const now = await engine(page);
      return now?.phase === 'ready' && now.pid !== before.pid && now;
    });
    expect(isAlive(before.pid ?? 0)).toBe(false);
    expect(readFileSync(`/proc/${after.pid}/cmdline`, 'utf8').split('\0').join(' ')).toContain('--seed 7');

    // somebody else writes the file while it is being edited here
    await form.getByRole('textbox', { name: 'Arguments' }).fill('-t 1 --alias tiny --seed 8');
    const theirs = `${applied}# by somebody else\n`;
    writeFileSync(app.configFile, theirs);
    await page.getByText('The file was changed on disk while you were editing.').waitFor();
    await photograph(app, page, 'config-changed-on-disk');
    expect(await apply.isDisabled()).toBe(true);
    await editor.click();
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: 'Compare' }).last().click();
    await page.getByRole('dialog').getByText('# by somebody else').waitFor();
    await page.keyboard.press('Escape');
    expect(readFileSync(app.configFile, 'utf8')).toBe(theirs);
    await page.getByRole('button', { name: 'Reload from disk' }).click();
    await untilEqual('the text is theirs', async () => (await editor.textContent())?.includes('"8"'), false);
    await editor.getByText('# by somebody else').waitFor();
    expect(readFileSync(app.configFile, 'utf8')).toBe(theirs);
  });
});

const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;
