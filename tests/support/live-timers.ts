/**
 * Which timers a page holds: its own functions for timers are wrapped before its first script runs. A frame that was asked for
 * is none: a page that can't be seen draws none.
 */
import type { Page } from 'playwright-core';
import { until } from './until.ts';

/** To be loaded into a page by `addInitScript`; goes over as text. */
function countTimers(): void {
  const live = new Map<string, string>();
  const where = () => new Error('timer').stack?.split('\n').slice(3, 6).join(' ') ?? '';
  const wrap = (begin: 'setTimeout' | 'setInterval', end: 'clearTimeout' | 'clearInterval', once: boolean) => {
    const real = window[begin].bind(window) as (...given: unknown[]) => number;
    const undo = window[end].bind(window);
    Object.assign(window, {
      [begin]: (what: unknown, ...rest: unknown[]) => {
        const id = real(
          (...given: unknown[]) => {
            if (once) live.delete(`${begin} ${id}`);
            if (typeof what === 'function') what(...given);
          },
          ...rest,
        );
        live.set(`${begin} ${id}`, where());
        return id;
      },
      [end]: (id: number) => {
        // One list of ids for both kinds of timers, as the standard has it.
        for (const kind of ['setTimeout', 'setInterval']) live.delete(`${kind} ${id}`);
        undo(id);
      },
    });
  };
  wrap('setTimeout', 'clearTimeout', true);
  wrap('setInterval', 'clearInterval', false);
  Object.assign(window, { liveTimers: live });
}

/** From the next load on. */
export const watchTimers = (page: Page): Promise<unknown> => page.addInitScript(countTimers);

/** The timers that a page has now, each with the place in the code that set it. */
export const liveTimers = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...(window as unknown as { liveTimers: Map<string, string> }).liveTimers].map((entry) => entry.join(' ')),
  );

/** Waits until a page has none: one that was set before to run once may still be due. */
export const noTimers = (page: Page): Promise<unknown> =>
  until('no timer', async () => {
    const left = await liveTimers(page);
    if (left.length > 0) throw new Error(left.join('\n'));
    return true;
  });
