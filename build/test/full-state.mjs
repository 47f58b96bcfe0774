import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { count, totals } from './summary.mjs';

/**
 * @typedef {import('./reporter.mjs').Result} Result
 * @typedef {{ key: string, files: Record<string, Result[]>, at?: Record<string, string> }} State what has been run for one state of
 *   the sources; `at`: the commits of the files whose results are kept from an earlier one
 */

/**
 * What an interrupted full run has left, if it was for the same sources.
 *
 * @param {string} path
 * @param {string} key see `sourcesKey`
 * @param {{ fresh?: boolean, keep?: boolean }} [how] `fresh`: start over · `keep`: what passed for other sources stays, and is told
 *   with their key
 * @returns {State}
 */
export function loadState(path, key, { fresh = false, keep = false } = {}) {
  try {
    const state = /** @type {State} */ (JSON.parse(readFileSync(path, 'utf8')));
    if (!fresh && state.key === key) return state;
    if (!fresh && keep) return carriedOver(state, key);
  } catch {
    // there is none, or it is of no use
  }
  return { key, files: {} };
}

/**
 * @param {State} state
 * @param {string} key
 * @returns {State}
 */
function carriedOver(state, key) {
  const passed = Object.entries(state.files).filter(([, results]) => isDone(results));
  const at = passed.map(([file]) => [file, state.at?.[file] ?? state.key]);
  return { key, files: Object.fromEntries(passed), at: Object.fromEntries(at) };
}

/**
 * @param {string} path
 * @param {State} state
 */
export function saveState(path, state) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, JSON.stringify(state));
  renameSync(`${path}.part`, path);
}

/**
 * A file needs no second run when it has passed; what failed or was cut short runs again.
 *
 * @param {Result[] | undefined} results
 */
export const isDone = (results) => results?.every(({ state }) => state !== 'failed') ?? false;

/**
 * The commit, and what has been changed since (`docs/verified.md` itself aside).
 *
 * @param {string} top
 * @returns {{ commit: string, changed: boolean, key: string }}
 */
export function sourcesKey(top) {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', args, { cwd: top, encoding: 'utf8', maxBuffer: 1 << 28 });
  try {
    const commit = git('rev-parse', 'HEAD').trim();
    const paths = ['--', '.', ':(exclude)docs/verified.md'];
    const changes = git('diff', 'HEAD', ...paths) + git('status', '--porcelain', ...paths);
    const hash = createHash('sha256').update(changes).digest('hex').slice(0, 12);
    return { commit, changed: changes !== '', key: changes ? `${commit}+${hash}` : commit };
  } catch {
    return { commit: 'unknown (not a git checkout)', changed: false, key: `unknown ${Date.now()}` };
  }
}

/**
 * The page `docs/verified.md`.
 *
 * @param {{ command: string, date: string, commit: string, changed: boolean, platform: string, files: Record<string, Result[]>, at?: Record<string, string> }} run
 *   `at`: see `State`
 * @returns {string}
 */
export function verifiedPage({ command, date, commit, changed, platform, files, at = {} }) {
  const all = Object.values(files).flat();
  const rows = Object.entries(files)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([file, results]) => {
      const { passed, failed, skipped } = count(results);
      const name = at[file] === undefined ? file : `${file} (at ${at[file].slice(0, 7)})`;
      return `| ${name} | ${passed} | ${failed} | ${skipped} |`;
    });
  const notes = all
    .filter(({ state }) => state !== 'passed')
    .map(({ file, name, state, reason }) => `- **${state}** \`${file}\` ${name}: ${reason}`);
  return [
    '# What the last full test run proved',
    '',
    'Written by `npm run test:full`; not edited by hand.',
    '',
    `- Command: \`${command}\``,
    `- Date: ${date}`,
    `- Commit: ${commit}${changed ? ', with uncommitted changes' : ''}`,
    `- Platform: ${platform}`,
    `- Result: **${totals(all)}**`,
    ...(Object.keys(at).length > 0 ? ['- A file with “at” was last run at that earlier commit.'] : []),
    '',
    '| File | Passed | Failed | Skipped |',
    '|---|--:|--:|--:|',
    ...rows,
    '',
    ...(notes.length > 0 ? ['## Not passed', '', ...notes, ''] : []),
  ].join('\n');
}
