import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './lib/run.mjs';

/** The Python client that the tests put before the gateway. */
const VERSION = '3.54.0';

/**
 * A virtual environment with OpenAI's Python client, made once. Rejects with the reason when there is no Python or no PyPI.
 *
 * @param {{ cacheDir: string, log: (line: string) => void }} where
 * @returns {Promise<{ python: string, version: string }>}
 */
export async function ensurePythonOpenai({ cacheDir, log }) {
  const folder = join(cacheDir, `python-openai-${VERSION}`);
  const python = (/** @type {string} */ venv) =>
    process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python');
  const done = join(folder, 'done');
  if (existsSync(done)) return { python: python(folder), version: VERSION };
  log(`installing OpenAI's Python client ${VERSION} (15 MB)`);
  await rm(folder, { recursive: true, force: true });
  const steps = /** @type {const} */ ([
    ['python3', ['-m', 'venv', folder]],
    [python(folder), ['-m', 'pip', 'install', '--quiet', '--no-input', `openai==${VERSION}`]],
    [python(folder), ['-c', 'import openai, sys; open(sys.argv[1] + ".part", "w").close()', done]],
  ]);
  for (const [command, args] of steps) {
    const { code, output } = await run(command, [...args], { timeout: 5 * 60_000 });
    if (code !== 0) throw new Error(`no Python client: ${output.split('\n').at(-1)}`);
  }
  await rename(`${done}.part`, done);
  return { python: python(folder), version: VERSION };
}
