/** How a person works in the window: by mouse, or by keyboard alone. The jobs are written once, over this. */
import type { Locator, Page } from 'playwright-core';
import { until } from '../../support/until.ts';

export type PageName = 'Overview' | 'Models' | 'Engines' | 'Requests' | 'Playground' | 'Config';

export interface Hand {
  readonly by: 'mouse' | 'keyboard';
  /** Opens a page of the window. */
  go(name: PageName): Promise<void>;
  /** Does what a button, link, tab or switch is there for. */
  press(target: Locator): Promise<void>;
  /** Puts the cursor into a field and replaces its text. */
  write(field: Locator, text: string): Promise<void>;
  /** Opens the menu or drop-down of a button and takes the entry of that name. */
  choose(opener: Locator, entry: string | RegExp): Promise<void>;
  /** Puts the cursor at the end of the line of the YAML that holds the words. */
  endOfLine(editor: Locator, words: string): Promise<void>;
  /** Opens the list of actions. */
  openPalette(): Promise<void>;
  /** Opens the list of shortcuts. */
  openShortcuts(): Promise<void>;
  /** Scrolls a log away from its end, as a reader does. */
  scrollUp(log: Locator): Promise<void>;
  /** Goes from a row, whose details are open beside the list, to those. */
  into(row: Locator, details: Locator): Promise<void>;
  /** Closes the dialog that `opener` opened, and holds it to giving the focus back. */
  close(dialog: Locator, opener: Locator): Promise<void>;
  /** Throws when the page heard of a pointer that this hand has none of. */
  check(): Promise<void>;
}

/** An entry of the menu or drop-down that is open; a string is its whole name. */
export const entryOf = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('menuitem', { name, exact: true }).or(page.getByRole('option', { name, exact: true }));

/** What `focused` says when it is nowhere. */
export const NOTHING = 'nothing';

/** The element that has the focus, in words for an error: its role or tag and name. */
export const focused = async (page: Page): Promise<string> =>
  (await page.evaluate(() => {
    const at = document.activeElement;
    if (at === null || at === document.body) return null;
    const name = at.getAttribute('aria-label') ?? at.textContent?.trim().slice(0, 40) ?? '';
    return `${at.getAttribute('role') ?? at.tagName.toLowerCase()} “${name}”`;
  })) ?? NOTHING;

/** Waits until it has the focus. */
export async function expectFocusOn(page: Page, target: Locator): Promise<void> {
  await until(`the focus on ${target}`, async () => {
    if (await target.evaluate((element) => element === document.activeElement)) return true;
    throw new Error(`it is on ${await focused(page)}`);
  });
}

/** Waits until the focus is on it or in it. */
export async function expectFocusIn(page: Page, target: Locator): Promise<void> {
  await until(`the focus in ${target}`, async () => {
    if (await target.evaluate((element) => element.contains(document.activeElement))) return true;
    throw new Error(`it is on ${await focused(page)}`);
  });
}

/** The button in the sidebar that lists the shortcuts. */
export const shortcutsButton = (page: Page): Locator => page.getByRole('button', { name: 'Keyboard shortcuts' });
