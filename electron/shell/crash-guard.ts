/** Whether a page that died is worth loading again: not when it dies every time. */
export function reloadsAfterCrash(crashes: readonly number[], at: number): boolean {
  return crashes.filter((t) => at - t < WINDOW).length <= MOST;
}

/** So many deaths of the page within so many ms are put down to chance. */
const MOST = 3;
const WINDOW = 60_000;
