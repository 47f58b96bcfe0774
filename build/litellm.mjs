import { join, resolve } from 'node:path';
import { runnerImport } from 'vite';
import { waiting } from './lib/waiting.mjs';

const top = resolve(import.meta.dirname, '..');

/**
 * LiteLLM, put by Stackyard's own installer into `data/venvs` unless it is there.
 *
 * @param {{ data: string, log: (line: string) => void }} where
 * @returns {Promise<string>} its version
 */
export async function ensureLitellm({ data, log }) {
  const { module: installer } = /** @type {{ module: typeof import('../electron/host/litellm-install.ts') }} */ (
    await load('litellm-install.ts')
  );
  const { module: pins } = /** @type {{ module: typeof import('../electron/host/litellm-pins.ts') }} */ (
    await load('litellm-pins.ts')
  );
  if ((await installer.installedLitellm(data)) === null) {
    await waiting(
      log,
      `installing LiteLLM ${pins.PINS.version} (${Math.round(pins.PINS.download / 1e6)} MB)`,
      installer.installLitellm({
        data,
        env: process.env,
        platform: process.platform,
        signal: AbortSignal.timeout(15 * 60_000),
        update: () => {},
        log: () => {},
      }),
    );
  }
  return pins.PINS.version;
}

/**
 * @param {string} file
 * @returns {Promise<any>}
 */
const load = (file) =>
  runnerImport(join(top, 'electron', 'host', file), { logLevel: 'silent', configFile: false, root: top });
