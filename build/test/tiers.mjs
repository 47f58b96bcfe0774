import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {'unit' | 'integration' | 'e2e' | 'full'} Tier the vitest projects of vitest.config.ts, told apart by file name
 */

/** @type {Tier[]} */
export const TIERS = ['unit', 'integration', 'e2e', 'full'];

/**
 * The tier of a test file, null for any other file.
 *
 * @param {string} file
 * @returns {Tier | null}
 */
export function tierOf(file) {
  if (!/\.test\.tsx?$/.test(file)) return null;
  if (/\.int\.test\./.test(file)) return 'integration';
  if (/\.e2e\.test\./.test(file)) return 'e2e';
  if (/\.full\.test\./.test(file)) return 'full';
  return 'unit';
}

/**
 * The test files whose path holds one of the filters (all of them without filters), sorted.
 *
 * @param {string} top the project's folder
 * @param {string[]} filters
 * @returns {string[]} relative to `top`
 */
export function testFiles(top, filters) {
  const files = readdirSync(join(top, 'tests'), { recursive: true, encoding: 'utf8' })
    .map((name) => `tests/${name.replaceAll('\\', '/')}`)
    .filter((name) => tierOf(name) !== null);
  return files.filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter))).sort();
}
