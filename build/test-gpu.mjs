#!/usr/bin/env node
/**
 * `npm run test:gpu`: the tests of graphics cards on a machine that has one, against the vendors' real tools. What those print is
 * kept as a new folder in tests/fixtures/gpu/recorded, which every later test run replays. Without a card it says so and exits 0.
 *
 * The last line is always `N passed, N failed, N skipped`.
 */
import { join } from 'node:path';
import { top } from './lib/built-app.mjs';
import { onPath, run } from './lib/run.mjs';
import { count, summary } from './test/summary.mjs';
import { testFiles, tierOf } from './test/tiers.mjs';
import { prepareTools } from './test/tools.mjs';
import { runVitest } from './test/vitest.mjs';

const log = (/** @type {string} */ line) => console.log(line);
const cacheDir = join(top, '.cache');

/** How each tool is asked whether there is a card. */
const TOOLS = [
  ['nvidia-smi', ['-L']],
  ['amd-smi', ['list', '--json']],
  ['rocm-smi', ['-i', '--json']],
  ['xpu-smi', ['discovery', '--json']],
];

/** @returns {Promise<{ found: string[], missing: string[] }>} */
async function look() {
  const found = [];
  const missing = [];
  for (const [name, args] of /** @type {[string, string[]][]} */ (TOOLS)) {
    const path = onPath(name);
    if (path === null) {
      missing.push(`no ${name}`);
      continue;
    }
    const { code, output } = await run(path, args, { timeout: 20_000 });
    if (code === 0 && /\d/.test(output)) found.push(name);
    else missing.push(`${name} fails (exit code ${code}): ${output.trim().split('\n')[0] ?? ''}`);
  }
  return { found, missing };
}

const { found, missing } = await look();
if (found.length === 0) {
  const reason = `no graphics card with its tool on this machine: ${missing.join('; ')}`;
  log(summary([{ file: '', name: 'npm run test:gpu', state: 'skipped', reason }]));
} else {
  log(`a graphics card, told by ${found.join(', ')}`);
  const files = testFiles(top, ['/gpu']).filter((file) => ['unit', 'integration'].includes(tierOf(file) ?? ''));
  const tiers = new Set(/** @type {const} */ (['unit', 'integration']));
  const tools = await prepareTools({ cacheDir, log, tiers, files });
  const env = { ...tools.env, STACKYARD_TEST_GPU: found.join(',') };
  const results = [];
  // First those that record: the unit tests replay what they wrote.
  for (const tier of /** @type {const} */ (['integration', 'unit'])) {
    const mine = files.filter((file) => tierOf(file) === tier);
    results.push(...(await runVitest({ tier, files: mine, env, cacheDir })));
  }
  tools.close();
  log(summary(results));
  process.exitCode = count(results).failed > 0 ? 1 : 0;
}
