import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, '..', '..');

/** @typedef {import('./reporter.mjs').Result} Result */

/**
 * Runs one tier's files (all of its files without a list) in vitest, which prints as it goes.
 *
 * @param {{ tier: string, files?: string[], name?: string, env: Record<string, string>, cacheDir: string, quiet?: boolean }} job
 *   `name`: only tests whose name matches this pattern
 * @returns {Promise<Result[]>} never empty when something went wrong
 */
export async function runVitest({ tier, files = [], name, env, cacheDir, quiet = false }) {
  const out = join(cacheDir, 'test', `${tier}-${process.pid}.json`);
  mkdirSync(dirname(out), { recursive: true });
  rmSync(out, { force: true });
  const code = await vitest(
    [
      'run',
      `--project=${tier}`,
      '--passWithNoTests',
      `--reporter=${quiet ? 'dot' : 'default'}`,
      `--reporter=${join(here, 'reporter.mjs')}`,
      ...(name ? ['-t', name] : []),
      ...files,
    ],
    { ...process.env, ...env, STACKYARD_TEST_RESULTS: out },
  );
  /** @type {Result[]} */
  const results = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : [];
  rmSync(out, { force: true });
  if (code !== 0 && !results.some(({ state }) => state === 'failed')) {
    const reason = `it ended with exit code ${code}`;
    results.push({ file: files[0] ?? '', name: `vitest, tier ${tier}`, state: 'failed', reason });
  }
  return results;
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number | null>}
 */
function vitest(args, env) {
  return new Promise((resolve, reject) => {
    const program = join(top, 'node_modules', 'vitest', 'vitest.mjs');
    const child = spawn(process.execPath, [program, ...args], {
      cwd: top,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const end = () => child.kill();
    process.once('exit', end);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', end);
      resolve(code);
    });
  });
}
