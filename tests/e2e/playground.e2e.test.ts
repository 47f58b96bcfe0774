/** The playground on real Electron with a real engine: two models on one prompt by mouse, a conversation by keyboard alone. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import { launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { photograph, photographFailure } from '../support/photograph.ts';
import { describeNeeding } from '../support/tools.ts';
import { untilEqual } from '../support/until.ts';

const answers = (page: Page) => page.getByRole('article', { name: /^Answer of/ });
const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });
/** How many answers have ended and been measured. */
const measured = (page: Page) => answers(page).getByText('Answered by').count();
const begin = KNOWN_ANSWER.trim().slice(0, 40);

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the playground', () => {
  it('asks two models on one prompt, measures both, edits, branches and finds it again', async () => {
    const app = await launchApp({ config: llamaConfig({ start: 'with-app' }) });
    const page = await app.window();
    photographFailure(page, 'playground');
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    await page.getByRole('link', { name: 'Playground' }).click();
    await page.getByRole('button', { name: 'Add model' }).click();
    await page.getByRole('menuitem', { name: 'tiny' }).click();
    await message(page).fill('Who are you?');
    await page.getByRole('button', { name: 'Send' }).click();
    await untilEqual('both have answered', () => measured(page), 2);
    for (const name of ['demo', 'tiny']) {
      const text = await answers(page)
        .and(page.getByLabel(`Answer of ${name}`, { exact: true }))
        .innerText();
      expect(text).toContain(begin);
      expect(text).toMatch(/First token\s+\d/);
      expect(text).toMatch(/Answered by\s+llama/);
    }
    await photograph(app, page, 'playground-two');
    await photograph(app, page, 'playground-two-dark', { theme: 'dark' });
    await photograph(app, page, 'playground-two-small', { width: 960, height: 640 });

    await answers(page).first().getByRole('button', { name: 'Regenerate' }).click();
    await untilEqual('answered again', () => measured(page), 2);

    await message(page).fill('And why?');
    await page.keyboard.press('Enter');
    await untilEqual('a second question is answered by both', () => measured(page), 4);
    await page.getByRole('button', { name: 'Branch from here' }).first().click();
    await untilEqual('the branch has the first question only', () => answers(page).count(), 2);

    await page.getByRole('button', { name: 'Edit and resend' }).click();
    await page.getByRole('textbox', { name: 'Question' }).fill('Who am I?');
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('Who am I?').waitFor();
    await untilEqual('the edited one is answered', () => measured(page), 2);

    await page.getByRole('button', { name: 'Chats' }).click();
    await page.getByRole('textbox', { name: 'Search in chats' }).fill('and why');
    const found = page.getByRole('dialog', { name: 'Chats' }).getByRole('listitem');
    await untilEqual('the one it came from is found', () => found.count(), 1);
    await found.getByRole('button', { name: /^Who are you/ }).click();
    await untilEqual('it is whole', () => answers(page).count(), 4);

    // a page that is loaded anew loses neither the conversation nor what was being written
    await message(page).fill('half a ques');
    await page.reload();
    await untilEqual('the conversation is there again', () => answers(page).count(), 4);
    expect(await message(page).inputValue()).toBe('half a ques');
  });

  it('is used by the keyboard alone', async () => {
    const app = await launchApp({ config: llamaConfig({ start: 'with-app' }) });
    const page = await app.window();
    photographFailure(page, 'playground-keys');
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    await page.keyboard.press('Control+5');
    await message(page).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Message');
    await page.keyboard.type('Who');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('are you?');
    await page.keyboard.press('Enter');
    await untilEqual('answered', () => measured(page), 1);
    expect(await page.locator('.ask').innerText()).toBe('Who\nare you?');

    await focusByTab(page, 'Edit and resend', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Question');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('In other words');
    await page.keyboard.press('Enter');
    await page.locator('.ask').getByText('In other words').waitFor();
    await untilEqual('answered anew', () => measured(page), 1);

    // a setting, by its label
    await focusByTab(page, 'Max tokens', 'Tab');
    await page.keyboard.type('4');
    await focusByTab(page, 'Message', 'Shift+Tab');
    await page.keyboard.type('Again');
    await page.keyboard.press('Enter');
    await page.getByText('Ended by').waitFor();

    await page.keyboard.press('Control+n');
    await untilEqual('an empty chat', () => answers(page).count(), 0);
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Message');
  });
});

/** Presses the key until what has the focus is called so. */
async function focusByTab(page: Page, name: string, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  const named = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      const label = at?.id ? document.querySelector(`label[for="${at.id}"]`)?.textContent : null;
      return at?.getAttribute('aria-label') ?? label ?? '';
    });
  for (let n = 0; n < 80; n += 1) {
    if ((await named()) === name) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Nothing called ${name} within 80 × ${key}.`);
}
