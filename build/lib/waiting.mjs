const EVERY_MS = 5000;

/**
 * Says what is being waited for, and then every five seconds how long it has been.
 *
 * @template T
 * @param {(line: string) => void} log
 * @param {string} what
 * @param {Promise<T>} promise
 * @returns {Promise<T>} the same outcome
 */
export async function waiting(log, what, promise) {
  log(what);
  const start = Date.now();
  const timer = setInterval(() => log(`${what}: ${Math.round((Date.now() - start) / 1000)} s so far`), EVERY_MS);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}
