#!/usr/bin/env node
/**
 * `npm run check`: format, lint, types of every room, generated files, unit tests. No processes of ours, no network, under a
 * minute; what to run before each commit. The last line is `N passed, N failed, N skipped`: each check counts as one.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { top } from './lib/built-app.mjs';
import { run } from './lib/run.mjs';
import { count, summary } from './test/summary.mjs';
import { runVitest } from './test/vitest.mjs';

/**
 * @typedef {import('./test/reporter.mjs').Result} Result
 * @typedef {{ name: string, args: string[] }} Check `args`: a script of Node's with its arguments
 */

const bin = (/** @type {string} */ path) => join(top, 'node_modules', path);

/** The rooms are those of tsconfig.json, which editors use too. @returns {string[]} */
const rooms = () => JSON.parse(readFileSync(join(top, 'tsconfig.json'), 'utf8')).references.map(pathOf);

const pathOf = (/** @type {{ path: string }} */ reference) => reference.path.replace(/^\.\//, '');

/** @returns {Check[]} */
function checks() {
  return [
    { name: 'format and lint', args: [bin('@biomejs/biome/bin/biome'), 'check', '.'] },
    ...rooms().map((room) => ({
      name: `types of ${room}`,
      args: [bin('typescript/bin/tsc'), '-p', join(top, room)],
    })),
    { name: 'generated files (else: npm run gen)', args: [join(top, 'build/generate.mjs'), '--check'] },
    { name: 'icons (else: node build/icons.mjs)', args: [join(top, 'build/icons.mjs'), '--check'] },
  ];
}

/**
 * @param {Check} check
 * @returns {Promise<Result>}
 */
async function runCheck({ name, args }) {
  const { code, output } = await run(process.execPath, args, { cwd: top });
  console.log(`${code === 0 ? '✓' : '✗'} ${name}`);
  if (code === 0) return { file: '', name, state: 'passed', reason: '' };
  console.log(output);
  return { file: '', name, state: 'failed', reason: `exit code ${code}; its output is above` };
}

/**
 * As many at a time as there are cores.
 *
 * @param {Check[]} all
 */
async function runChecks(all) {
  const waiting = [...all];
  /** @type {Result[]} */
  const results = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await runCheck(next));
  };
  await Promise.all(Array.from({ length: cpus().length }, worker));
  return results;
}

const results = await runChecks(checks());
results.push(...(await runVitest({ tier: 'unit', env: {}, cacheDir: join(top, '.cache'), quiet: true })));
console.log(summary(results));
process.exitCode = count(results).failed > 0 ? 1 : 0;
