/** Pictures of pages that can be compared with one another. */

const PATIENCE_MS = 20_000;

/**
 * A picture of a page that has come to rest: taken until two in a row are the same, byte for byte. Fonts, a frame of React, a
 * popup that finds its place – whatever comes a moment later – is then in it, without anybody waiting for it by name.
 *
 * @param {() => Promise<Buffer>} take
 * @returns {Promise<Buffer>} PNG
 * @throws Error when the page does not come to rest
 */
export async function stillPicture(take) {
  const end = performance.now() + PATIENCE_MS;
  let last = await take();
  for (;;) {
    const next = await take();
    if (next.equals(last)) return next;
    if (performance.now() > end) throw new Error(`The page was still moving after ${PATIENCE_MS / 1000} s.`);
    last = next;
  }
}

/** How a picture is taken so that nothing in it blinks or fades. @type {{ animations: 'disabled', caret: 'hide' }} */
export const STILL = { animations: 'disabled', caret: 'hide' };
