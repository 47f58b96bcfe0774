/** Pictures of pages that can be compared with one another. */

const PATIENCE_MS = 30_000;
/** Longer than anything that a page puts off: a plan is asked for 400 ms after the last key. */
const QUIET_MS = 600;

/**
 * A picture of a page that has come to rest: taken again and again until it has stayed the same, byte for byte, for a while. Fonts, a
 * frame of React, a popup that finds its place – whatever comes a moment later – is then in it, without anybody waiting for it by
 * name.
 *
 * @param {() => Promise<Buffer>} take
 * @returns {Promise<Buffer>} PNG
 * @throws Error when the page does not come to rest
 */
export async function stillPicture(take) {
  const end = performance.now() + PATIENCE_MS;
  let last = await take();
  let since = performance.now();
  for (;;) {
    const next = await take();
    const now = performance.now();
    const same = next.equals(last);
    if (same && now - since >= QUIET_MS) return next;
    if (now > end) throw new Error(`The page was still moving after ${PATIENCE_MS / 1000} s.`);
    if (!same) [last, since] = [next, now];
  }
}

/** How a picture is taken so that nothing in it blinks or fades. @type {{ animations: 'disabled', caret: 'hide' }} */
export const STILL = { animations: 'disabled', caret: 'hide' };
