const SAME_PRESS_MS = 1000;

/**
 * Calls back for each Ctrl-C, and for each SIGTERM. Under npm one press arrives twice, from the terminal and from npm, which
 * passes signals on; a program that takes the second one for impatience would never stop in peace.
 *
 * @param {(signal: 'SIGINT' | 'SIGTERM', presses: number) => void} callback `presses`: how many so far
 */
export function onInterrupt(callback) {
  let last = Number.NEGATIVE_INFINITY;
  let presses = 0;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - last < SAME_PRESS_MS) return;
      last = now;
      presses += 1;
      callback(signal, presses);
    });
  }
}
