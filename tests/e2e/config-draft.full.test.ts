/** What a person wrote on the config page is theirs over a change on disk; and the ways in and back. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { type App, launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { type Llama, startLlama } from '../support/llama.ts';
import { photograph, photographFailure } from '../support/photograph.ts';
import { describeNeeding } from '../support/tools.ts';
import { until, untilEqual } from '../support/until.ts';

const openConfig = (page: Page) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Config' }).click();
const editorOf = (page: Page) => page.getByRole('textbox', { name: 'Config file' });
const planOf = (page: Page) => page.getByRole('region', { name: 'Plan' });
const applyOf = (page: Page) => planOf(page).getByRole('button', { name: /^Apply/ });
const onDisk = (app: App) => readFileSync(app.configFile, 'utf8');

/** Puts the cursor behind a word of the editor and types. */
async function typeBehind(page: Page, word: string, text: string): Promise<void> {
  await editorOf(page).getByText(word, { exact: true }).click();
  await page.keyboard.press('End');
  await page.keyboard.type(text);
}

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'a draft on the config page', () => {
  it('takes a fix by a click, keeps mine over what came from elsewhere, and applies it', async () => {
    const config = llamaConfig({ app: 'app: { on_file_change: ask }\n' });
    const app = await launchApp({ config });
    const page = await app.window();
    photographFailure(page, 'config-mine');
    await openConfig(page);
    await typeBehind(page, 'manual', 'l');
    const fix = editorOf(page).getByRole('note').getByRole('button');
    await fix.waitFor();
    await photograph(app, page, 'config-fix');
    await photograph(app, page, 'config-fix-dark-small', { width: 960, height: 640, theme: 'dark' });
    await fix.click();
    await editorOf(page).getByRole('note').waitFor({ state: 'detached' });
    await untilEqual('nothing is edited any more', () => page.getByText('Edited', { exact: true }).count(), 0);

    const form = page.getByRole('region', { name: 'Engine settings' });
    await form.getByRole('textbox', { name: 'Arguments' }).fill('-t 1 --alias tiny --seed 9');
    const theirs = `${config}# by somebody else\n`;
    writeFileSync(app.configFile, theirs);
    await page.getByText('The file was changed on disk while you were editing.').waitFor();
    expect(await applyOf(page).isDisabled()).toBe(true);
    expect(onDisk(app)).toBe(theirs);
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await until('it can be applied', () => applyOf(page).isEnabled());
    expect(onDisk(app)).toBe(theirs);
    await applyOf(page).click();
    await page.getByText('Config applied').waitFor();
    const mine = onDisk(app);
    expect(mine).toContain('"--seed", "9"');
    expect(mine).not.toContain('by somebody else');
  });

  it('can be made of a LiteLLM config, is proved on its page, and is taken back from the history', async () => {
    const llama: Llama = await startLlama({ args: ['--alias', 'tiny'] });
    try {
      const config = llamaConfig({});
      const app = await launchApp({ config });
      const page = await app.window();
      photographFailure(page, 'config-import');
      await openConfig(page);
      await editorOf(page).getByText('manual').waitFor();
      await page.getByRole('button', { name: 'Import from LiteLLM' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Paste a LiteLLM config').fill(`model_list:
  - model_name: coder
    litellm_params: { model: openai/tiny, api_base: "${llama.url}/v1", api_key: none }
router_settings:
  model_group_alias:
    coder:
      - tiny
general_settings: { database_url: os.environ/DATABASE_URL }
`);
      await dialog.getByText('general_settings.database_url').waitFor();
      await photograph(app, page, 'config-import');
      await dialog.getByRole('button', { name: 'Use as draft' }).click();
      await planOf(page).getByText('Removes llama').waitFor();
      await applyOf(page).click();
      await page.getByText('Config applied').waitFor();
      expect(onDisk(app)).toContain('coder:');

      await page.getByRole('button', { name: 'Verified', exact: true }).click();
      await page.getByRole('button', { name: 'Verify all' }).click();
      const proof = page.getByRole('region', { name: 'Proof of coder' });
      await proof.getByText('Through the gateway').waitFor();
      await page.getByText('Passed just now').first().waitFor();
      await photograph(app, page, 'config-verified');
      await photograph(app, page, 'config-verified-dark-small', { width: 960, height: 640, theme: 'dark' });

      await page.getByRole('button', { name: 'History', exact: true }).click();
      const versions = page.getByRole('list', { name: 'Applied versions' }).getByRole('button');
      await untilEqual('two versions', () => versions.count(), 2);
      expect(await versions.first().textContent()).toContain('Applied as an import');
      await versions.last().click();
      await page.getByRole('button', { name: 'Restore…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
      await untilEqual('every byte is back', () => onDisk(app), config);
      await untilEqual('three versions', () => versions.count(), 3);
    } finally {
      await llama.stop();
    }
  });
});
