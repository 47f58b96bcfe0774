import type { Page } from 'playwright-core';
import { entryOf, expectFocusIn, expectFocusOn, type Hand, shortcutsButton } from './hand.ts';

/** Pointer for everything; keys only to type words. */
export function mouse(page: Page): Hand {
  return {
    by: 'mouse',
    async go(name) {
      const navigation = page.getByRole('navigation', { name: 'Main' });
      await navigation.getByRole('link', { name, exact: false }).first().click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
    },
    press: (target) => target.click(),
    async write(field, text) {
      await field.click({ clickCount: 3 });
      await field.fill(text);
    },
    async choose(opener, entry) {
      await opener.click();
      await entryOf(page, entry).click();
    },
    async endOfLine(editor, words) {
      // right of the words, where nothing of the line is: that puts the cursor at its end
      const line = editor.locator('.cm-line').filter({ hasText: words }).first();
      const box = await line.boundingBox();
      if (box === null) throw new Error(`No line with ${words} is in view.`);
      await line.click({ position: { x: box.width - 4, y: box.height / 2 } });
    },
    async openPalette() {
      await page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('button', { name: /^Search/ })
        .click();
    },
    async openShortcuts() {
      await shortcutsButton(page).click();
    },
    async scrollUp(log) {
      await log.hover();
      await page.mouse.wheel(0, -400);
    },
    into: async () => {},
    async close(dialog, opener) {
      await expectFocusIn(page, dialog);
      await dialog.getByRole('button', { name: 'Close', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      await expectFocusOn(page, opener);
    },
    check: async () => {},
  };
}
