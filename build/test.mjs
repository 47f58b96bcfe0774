#!/usr/bin/env node
/**
 * `npm test`: unit, integration and end-to-end tests. `npm test -- tests/electron/router` runs the files whose path holds that,
 * `-t PATTERN` the tests whose name matches.
 * `npm run test:full`: those and `*.full.test.ts`, file by file. It goes on where it was interrupted, as long as the sources
 * are the same, and writes docs/verified.md. `-- --fresh` starts over; `-- --keep` keeps what passed at an earlier commit, and the page
 * says so.
 *
 * The last line is always `N passed, N failed, N skipped`. Exit code 0 only if nothing failed.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, top } from './lib/built-app.mjs';
import { waiting } from './lib/waiting.mjs';
import { isDone, loadState, saveState, sourcesKey, verifiedPage } from './test/full-state.mjs';
import { count, summary } from './test/summary.mjs';
import { TIERS, testFiles, tierOf } from './test/tiers.mjs';
import { prepareTools } from './test/tools.mjs';
import { runVitest } from './test/vitest.mjs';

/** @typedef {import('./test/reporter.mjs').Result} Result */

const cacheDir = join(top, '.cache');
const log = (/** @type {string} */ line) => console.log(line);

/**
 * What the tests run against. A failed build is a failed test, and the others still run.
 *
 * @returns {Promise<Result[]>}
 */
async function buildApp() {
  const { ok, output } = await waiting(log, 'building the app', build());
  if (ok) return [];
  log(output);
  const reason = output.split('\n').find((line) => /error.*[^:]$/i.test(line)) ?? 'its output is above';
  return [{ file: '', name: 'npm run build', state: 'failed', reason }];
}

/**
 * @param {string[]} files
 * @param {Record<string, string>} env
 * @param {string} [name]
 */
async function runTiers(files, env, name) {
  const results = [];
  for (const tier of TIERS) {
    const mine = files.filter((file) => tierOf(file) === tier);
    if (mine.length === 0) continue;
    log(`\n— ${tier} tests —`);
    results.push(...(await runVitest({ tier, files: mine, env, cacheDir, ...(name ? { name } : {}) })));
  }
  return results;
}

/**
 * @param {string[]} files
 * @param {Record<string, string>} env
 * @param {{ built: Result[], fresh: boolean, keep: boolean, filtered: boolean }} how `built`: how the build failed, empty when it didn't
 */
async function runFull(files, env, { built, fresh, keep, filtered }) {
  const path = join(cacheDir, 'test-full.json');
  const { commit, changed, key } = sourcesKey(top);
  const state = loadState(path, key, { fresh, keep });
  for (const [n, file] of files.entries()) {
    const where = `${n + 1} of ${files.length}: ${file}`;
    if (isDone(state.files[file])) {
      log(`— ${where} — has passed already`);
      continue;
    }
    log(`\n— ${where} —`);
    const tier = tierOf(file) ?? 'unit';
    state.files[file] = await runVitest({ tier, files: [file], env, cacheDir });
    delete state.at?.[file];
    saveState(path, state);
  }
  const mine = Object.fromEntries(files.map((file) => [file, state.files[file] ?? []]));
  if (!filtered) {
    const platform = `${process.platform} ${process.arch}, Node ${process.version}`;
    const date = new Date().toISOString();
    const rows = built.length > 0 ? { 'npm run build': built, ...mine } : mine;
    const page = verifiedPage({
      command: 'npm run test:full',
      date,
      commit,
      changed,
      platform,
      files: rows,
      at: state.at ?? {},
    });
    writeFileSync(join(top, 'docs', 'verified.md'), page);
    log('\ndocs/verified.md is written');
  }
  return Object.values(mine).flat();
}

// Whatever was started is ended in `exit`, which a signal alone would not bring about.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    testNamePattern: { type: 'string', short: 't' },
  },
});
const files = testFiles(top, filters).filter((file) => values.full || tierOf(file) !== 'full');
const tiers = new Set(files.map((file) => tierOf(file) ?? 'unit'));
const tools = await prepareTools({ cacheDir, log, tiers, files });
try {
  const results = tiers.size > 1 || !tiers.has('unit') ? await buildApp() : [];
  const ran = values.full
    ? await runFull(files, tools.env, {
        built: [...results],
        fresh: values.fresh,
        keep: values.keep,
        filtered: filters.length > 0,
      })
    : await runTiers(files, tools.env, values.testNamePattern);
  results.push(...ran);
  if (files.length === 0) {
    results.push({ file: '', name: filters.join(' '), state: 'failed', reason: 'no test file has that in its path' });
  }
  log(summary(results));
  process.exitCode = count(results).failed > 0 ? 1 : 0;
} finally {
  tools.close();
}
