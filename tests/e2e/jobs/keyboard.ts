import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import {
  entryOf,
  expectFocusIn,
  expectFocusOn,
  focused,
  type Hand,
  NOTHING,
  type PageName,
  shortcutsButton,
} from './hand.ts';

const PAGE_KEYS: Readonly<Record<PageName, string>> = {
  Overview: 'Control+1',
  Models: 'Control+2',
  Engines: 'Control+3',
  Requests: 'Control+4',
  Playground: 'Control+5',
  Config: 'Control+6',
};

/** More steps than this to reach a thing are no way to it. */
const MOST_STEPS = 120;

/**
 * Keys for everything. Whatever is reached must have the focus by Tab, Shift Tab or the arrows, lie in view and show that it
 * has it; and the page must never have heard of a pointer.
 */
export async function keyboard(page: Page): Promise<Hand> {
  const press = (key: string) => page.keyboard.press(key);
  const listen = () => {
    const heard: string[] = [];
    for (const kind of ['pointerdown', 'mousedown', 'touchstart', 'wheel']) {
      window.addEventListener(kind, ({ isTrusted }) => isTrusted && heard.push(kind), { capture: true });
    }
    Object.assign(window, { heardOfPointer: heard });
  };
  await page.addInitScript(listen);
  await page.evaluate(listen);

  const hand: Hand = {
    by: 'keyboard',
    async go(name) {
      await press(PAGE_KEYS[name]);
      await page.getByRole('heading', { name, level: 1 }).waitFor();
    },
    async press(target) {
      await reach(page, target);
      const role = await target.getAttribute('role');
      await press(role === 'switch' || role === 'checkbox' ? 'Space' : 'Enter');
      // what was pressed may be gone by now; the next key must not begin at the top of the page
      await until('a focus somewhere', async () => (await focused(page)) !== NOTHING);
    },
    async write(field, text) {
      await reach(page, field);
      await press('Control+a');
      if (text === '') await press('Backspace');
      else await page.keyboard.type(text);
    },
    async choose(opener, entry) {
      await reach(page, opener);
      await press('Enter');
      const found = entryOf(page, entry);
      await found.waitFor();
      await arrowTo(page, found);
      await press('Enter');
      await found.waitFor({ state: 'detached' });
      await expectFocusOn(page, opener);
    },
    async endOfLine(editor, words) {
      await reach(page, editor);
      await press('Control+Home');
      await press('Control+f');
      const field = page.locator('.cm-search').getByRole('textbox', { name: 'Find' });
      await field.waitFor();
      await press('Control+a');
      await page.keyboard.type(words);
      await press('Enter');
      await press('Escape');
      await field.waitFor({ state: 'detached' });
      await expectFocusOn(page, editor);
      await press('End');
    },
    openPalette: () => press('Control+k'),
    async openShortcuts() {
      await reach(page, shortcutsButton(page));
      await press('?');
    },
    async scrollUp(log) {
      await reach(page, log);
      await press('PageUp');
    },
    async into(row, details) {
      await expectFocusOn(page, row);
      await press('ArrowRight');
      await expectFocusOn(page, details);
    },
    async close(dialog, opener) {
      await expectFocusIn(page, dialog);
      await press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await expectFocusOn(page, opener);
    },
    async check() {
      const heard = await page.evaluate(() => (window as unknown as { heardOfPointer?: string[] }).heardOfPointer);
      expect(heard, 'what the page heard of a pointer').toEqual([]);
    },
  };
  return hand;
}

/** Moves the focus to it by Tab or Shift Tab, whichever is the way, and holds it to what a focus must be. */
export async function reach(page: Page, target: Locator): Promise<void> {
  const goal = await target.elementHandle();
  if (goal === null) throw new Error(`${target} is not there.`);
  const look = () =>
    goal.evaluate((element) => {
      const at = document.activeElement;
      const before = at !== null && at !== document.body && element.compareDocumentPosition(at);
      return {
        there: at === element,
        key: before && before & Node.DOCUMENT_POSITION_FOLLOWING ? 'Shift+Tab' : 'Tab',
        inEditor: at?.closest('.cm-content') != null,
      };
    });
  let now = await look();
  const { key } = now;
  for (let steps = 0; !now.there; steps += 1) {
    if (steps === MOST_STEPS)
      throw new Error(`${MOST_STEPS} × ${key} do not lead to ${target}: ${await focused(page)}`);
    // In the YAML, Tab indents; Esc before it leads on.
    if (now.inEditor) await page.keyboard.press('Escape');
    await page.keyboard.press(key);
    now = await look();
  }
  expect(await goal.evaluate(whyNotSeen), `the focus on ${target}`).toBe(null);
}

/** Why nobody could see that the element has the focus; `null` when it can be seen. Runs in the page. */
function whyNotSeen(element: Element): string | null {
  const box = element.getBoundingClientRect();
  const inView = box.bottom > 0 && box.right > 0 && box.top < window.innerHeight && box.left < window.innerWidth;
  if (box.width === 0 || !inView) return `it is out of view at ${JSON.stringify(box)}`;
  const probe = document.createElement('i');
  probe.style.color = 'var(--focus)';
  document.body.append(probe);
  const ring = getComputedStyle(probe).color;
  probe.remove();
  // A caret is the mark of the editor.
  if ((element as HTMLElement).isContentEditable) return null;
  let at: Element | null = element;
  for (let up = 0; at !== null && up < 3; up += 1) {
    const { outlineStyle, outlineColor, boxShadow } = getComputedStyle(at);
    if ((outlineStyle !== 'none' && outlineColor === ring) || boxShadow.includes(ring)) return null;
    at = at.parentElement;
  }
  return `nothing at it has the colour of a focus, ${ring}`;
}

async function arrowTo(page: Page, entry: Locator): Promise<void> {
  const way = () =>
    entry.evaluate((element) => {
      const at = document.querySelector('[data-highlighted]');
      if (at === element || document.activeElement === element) return null;
      const after = at !== null && element.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING;
      return after ? 'ArrowUp' : 'ArrowDown';
    });
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const key = await way();
    if (key === null) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The arrow keys do not lead to ${entry}: ${await focused(page)}`);
}
