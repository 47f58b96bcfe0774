import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureElectron } from '../get-electron.mjs';
import { run } from '../lib/run.mjs';
import { ensureLitellm } from '../litellm.mjs';
import { ensureLlamaServer } from '../llama-server.mjs';
import { ensurePythonOpenai } from '../python-openai.mjs';
import { makeTinyModel } from '../tiny-model.mjs';
import { startDesktop } from './desktop.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * @typedef {{ env: Record<string, string>, close: () => void }} Tools
 * @typedef {(line: string) => void} Log
 */

/**
 * Gets what the tests of these tiers need. What can't be had is no error: the tests are told why (`STACKYARD_TEST_NO_…`), skip
 * what needs it and say so in the summary.
 *
 * @param {{ cacheDir: string, log: Log, tiers: Set<string>, files?: string[] }} wanted `files`: the tests that will run
 * @returns {Promise<Tools>} variables for the tests' environment; see tests/support/tools.ts
 */
export async function prepareTools({ cacheDir, log, tiers, files = [] }) {
  /** @type {Record<string, string>} */
  const env = {};
  /** @type {(() => void)[]} */
  const closers = [];
  const attempt = async (/** @type {string} */ name, /** @type {() => Promise<Record<string, string>>} */ get) => {
    try {
      Object.assign(env, await get());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log(reason);
      env[`STACKYARD_TEST_NO_${name}`] = reason.split('\n')[0] ?? '';
    }
  };

  if (!tiers.has('integration') && !tiers.has('e2e') && !tiers.has('full')) return { env, close: () => {} };
  await attempt('LLAMA_SERVER', async () => {
    const { path, version, source } = await ensureLlamaServer({ cacheDir, log });
    log(`llama-server: ${version} (${source === 'path' ? path : 'cached'})`);
    return { STACKYARD_TEST_LLAMA_SERVER: path };
  });
  env.STACKYARD_TEST_MODEL = tinyModel(cacheDir);
  // 176 MB to download and 0.7 GB on disk: only for the tests that run it.
  if (files.some((file) => /litellm/.test(file))) {
    await attempt('LITELLM', async () => {
      const data = join(cacheDir, 'litellm');
      const version = await ensureLitellm({ data, log });
      log(`litellm: ${version} (cached)`);
      return { STACKYARD_TEST_LITELLM: data };
    });
  }
  if (files.some((file) => /openai-python/.test(file))) {
    await attempt('PYTHON_OPENAI', async () => {
      const { python, version } = await ensurePythonOpenai({ cacheDir, log });
      log(`python openai: ${version} (cached)`);
      return { STACKYARD_TEST_PYTHON_OPENAI: python };
    });
  }
  if (files.some((file) => /gpu\/nvidia/.test(file))) {
    await attempt('NVIDIA_SMI', async () => {
      const folder = join(cacheDir, 'nvidia-smi');
      const { code, output } = await run('bash', [join(here, '..', 'get-nvidia-smi.sh'), folder], { log });
      if (code !== 0) throw new Error(output.split('\n').at(-1) ?? 'build/get-nvidia-smi.sh failed');
      return { STACKYARD_TEST_NVIDIA_SMI: folder };
    });
  }
  if (!tiers.has('e2e') && !tiers.has('full')) return { env, close: () => {} };

  if (files.some((file) => /web-ui/.test(file))) {
    await attempt('CHROMIUM', async () => {
      const path = await chromium(log);
      log(`chromium: ${path}`);
      return { STACKYARD_TEST_CHROMIUM: path };
    });
  }
  await attempt('DISPLAY', async () => {
    const desktop = await ownDesktop(log);
    closers.push(desktop.close);
    return desktop.env;
  });
  await attempt('ELECTRON', async () => {
    const { path, version, official } = await ensureElectron({ cacheDir, log });
    log(`electron: ${version}${official ? ' (official)' : ''}`);
    return { STACKYARD_TEST_ELECTRON: path };
  });
  const close = () => {
    for (const closer of closers) closer();
  };
  return { env, close };
}

/**
 * Made once; the builder has no input but itself.
 *
 * @param {string} cacheDir
 */
function tinyModel(cacheDir) {
  const path = join(cacheDir, 'tiny.gguf');
  if (!existsSync(path)) makeTinyModel(path);
  return path;
}

/**
 * Debian's Chromium, or the one that `CHROMIUM` names: Playwright's own browsers are not downloaded.
 *
 * @param {Log} log
 */
async function chromium(log) {
  const given = process.env.CHROMIUM;
  if (given) return given;
  const { code, output } = await run('bash', [join(here, '..', 'test-system.sh'), 'browser'], { log });
  if (code !== 0) throw new Error(output.split('\n').at(-1) ?? 'build/test-system.sh failed');
  return '/usr/bin/chromium';
}

/**
 * On Linux tests never use the user's own desktop: its tray and its notifications are not theirs.
 *
 * @param {Log} log
 * @returns {Promise<Tools>}
 */
async function ownDesktop(log) {
  if (process.platform !== 'linux') return { env: {}, close: () => {} };
  const { code, output } = await run('bash', [join(here, '..', 'test-system.sh')], { log });
  if (code !== 0) throw new Error(output.split('\n').at(-1) ?? 'build/test-system.sh failed');
  return startDesktop();
}
