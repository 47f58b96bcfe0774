#!/usr/bin/env node
/** `node build/llama-server.mjs`: makes sure that there is a llama-server and prints its path. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMain } from './lib/is-main.mjs';
import { onPath, run } from './lib/run.mjs';

const here = dirname(fileURLToPath(import.meta.url));

const INSTALL = {
  darwin: 'Install it with `brew install llama.cpp`.',
  win32: 'Install it with `winget install llama.cpp`.',
  linux:
    'Install llama.cpp (distribution package, Homebrew, or a build from its sources) so that `llama-server` is on PATH.',
};

/**
 * A llama-server that runs on this machine: the one on PATH, else one out of Debian's packages in `CACHE/llama` (downloaded
 * on first use, 24 MB; nothing is installed). `STACKYARD_TEST_LLAMA_SERVER` names another one.
 *
 * @param {{ cacheDir: string, log: (line: string) => void }} where `log` gets one line per slow step
 * @returns {Promise<{ path: string, version: string, source: 'path' | 'cache' }>} `version` as the program or the package says
 * @throws Error that says what to install, where no llama-server can be had
 */
export async function ensureLlamaServer({ cacheDir, log }) {
  const given = process.env.STACKYARD_TEST_LLAMA_SERVER ?? onPath('llama-server');
  if (given) return { path: given, version: await askVersion(given), source: 'path' };

  const advice = INSTALL[/** @type {keyof typeof INSTALL} */ (process.platform)] ?? INSTALL.linux;
  if (process.platform !== 'linux') throw new Error(`There is no llama-server on PATH. ${advice}`);

  const folder = resolve(cacheDir, 'llama');
  const { code, output } = await run('bash', [join(here, 'get-llama-server.sh'), folder], { log });
  if (code !== 0) {
    const why = output.split('\n').slice(-3).join('\n  ');
    throw new Error(
      `There is no llama-server on PATH, and none could be taken from Debian's packages:\n  ${why}\n${advice}`,
    );
  }
  const version = readFileSync(join(folder, '.stamp'), 'utf8').split('\n')[1] ?? 'unknown';
  return { path: join(folder, 'bin', 'llama-server'), version, source: 'cache' };
}

/** @param {string} path */
async function askVersion(path) {
  const { code, output } = await run(path, ['--version'], { timeout: 10_000 });
  if (code !== 0) throw new Error(`${path} is on PATH but \`--version\` fails: ${output.trim() || `exit ${code}`}`);
  return /version: *(.+)/.exec(output)?.[1]?.trim() ?? 'unknown';
}

if (isMain(import.meta.url)) {
  const log = (/** @type {string} */ line) => console.error(line);
  const { path } = await ensureLlamaServer({ cacheDir: join(here, '..', '.cache'), log });
  console.log(path);
}
