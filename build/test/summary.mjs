/** @typedef {import('./reporter.mjs').Result} Result */

/**
 * @param {Result[]} results
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function count(results) {
  const of = (/** @type {string} */ state) => results.filter((result) => result.state === state).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

/** `N passed, N failed, N skipped`, which is the last line of every test run. @param {Result[]} results */
export function totals(results) {
  const { passed, failed, skipped } = count(results);
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * What was skipped and why, what failed, and the totals.
 *
 * @param {Result[]} results
 * @returns {string}
 */
export function summary(results) {
  const lines = [''];
  for (const [reason, tests] of byReason(results)) {
    lines.push(`skipped, ${reason}:`, ...tests.map((test) => `  ${title(test)}`));
  }
  for (const test of results.filter(({ state }) => state === 'failed')) {
    lines.push(`failed: ${title(test)}`, `  ${test.reason}`);
  }
  return [...lines, totals(results)].join('\n');
}

/** Not everything that counts stands in a test file. @param {Result} result */
const title = ({ file, name }) => [file, name].filter(Boolean).join('  ');

/** @param {Result[]} results */
function byReason(results) {
  /** @type {Map<string, Result[]>} */
  const groups = new Map();
  for (const result of results.filter(({ state }) => state === 'skipped')) {
    groups.set(result.reason, [...(groups.get(result.reason) ?? []), result]);
  }
  return groups;
}
