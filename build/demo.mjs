#!/usr/bin/env node
/**
 * `npm run demo`: the main job on this machine, on real parts. It gets a llama-server and makes a tiny model, writes a config
 * into .cache/demo, starts Stackyard (the app where there is a display, else the headless service), waits until the engine is
 * ready, sends one chat request through the gateway and shows answer, route and time to first token. Then it runs until
 * Ctrl-C; with `--once` it stops everything and exits 0. `--folder F` takes another folder than .cache/demo.
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ask } from './demo/ask.mjs';
import { writeDemoConfig } from './demo/config.mjs';
import { startHost } from './demo/host.mjs';
import { waitUntilReady } from './demo/ready.mjs';
import { ensureElectron } from './get-electron.mjs';
import { ensureBuilt, top } from './lib/built-app.mjs';
import { hasDisplay } from './lib/electron-arguments.mjs';
import { onInterrupt } from './lib/interrupts.mjs';
import { ensureLlamaServer } from './llama-server.mjs';
import { makeTinyModel } from './tiny-model.mjs';

const cacheDir = join(top, '.cache');
const log = (/** @type {string} */ line) => console.log(`· ${line}`);

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, folder: { type: 'string', default: join(cacheDir, 'demo') } },
});
const folder = resolve(values.folder);

/** The running host; the signals below need it. @type {import('./demo/host.mjs').Host | null} */
let host = null;
let leaving = false;

/** @param {number} code */
async function leave(code) {
  if (leaving) return;
  leaving = true;
  let result = code;
  if (host) {
    log('stopping');
    result = (await host.stop()) ? code : 1;
    log(result === code ? 'stopped: the engine is gone and its port is free' : 'it did not stop cleanly');
  }
  process.exit(result);
}

/** @returns {Promise<string | null>} the path of Electron, null when the demo has to do without a window */
async function electronIfAny() {
  if (!hasDisplay()) {
    log('no display here: starting the headless service, without tray and window');
    return null;
  }
  try {
    return (await ensureElectron({ cacheDir, log })).path;
  } catch (error) {
    log(`${message(error)} Starting the headless service instead.`);
    return null;
  }
}

/** @param {unknown} error */
const message = (error) => (error instanceof Error ? error.message : String(error));

/**
 * A machine may have a display and yet lack what Electron needs.
 *
 * @param {string | null} electron
 * @param {{ configFile: string, dataDir: string }} files
 */
async function startAndWait(electron, files) {
  host = startHost({ electron, ...files, folder });
  log(electron ? 'starting the app: tray and window' : 'starting the service');
  try {
    return await waitUntilReady(host, log);
  } catch (error) {
    if (!electron || !host.hasEnded()) throw error;
    log(`The app can't run here: ${message(error)}`);
    log('starting the headless service instead');
    host = startHost({ electron: null, ...files, folder });
    return await waitUntilReady(host, log);
  }
}

async function main() {
  const { path, version } = await ensureLlamaServer({ cacheDir, log });
  log(`llama-server: ${version}`);
  await ensureBuilt(log);
  const electron = await electronIfAny();
  if (leaving) return;

  const model = join(folder, 'tiny.gguf');
  makeTinyModel(model);
  const files = { configFile: join(folder, 'stackyard.yaml'), dataDir: join(folder, 'data') };
  rmSync(join(folder, 'home'), { recursive: true, force: true });
  await writeDemoConfig({ ...files, llamaServer: path, model });
  const { url, engine } = await startAndWait(electron, files);
  log(`ready: gateway ${url}, engine "llama" (pid ${engine.pid})`);

  const question = 'Who are you?';
  console.log(`\n> ${question}`);
  const { route, firstTokenMs } = await ask(url, question, (text) => process.stdout.write(text));
  console.log(`\n\nroute: ${route}\ntime to first token: ${firstTokenMs.toFixed(0)} ms\n`);

  if (values.once) return await leave(0);
  console.log(`It runs until Ctrl-C. Try it yourself:
  curl ${url}/v1/chat/completions -H 'content-type: application/json' \\
    -d '{"model": "demo", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'`);
  const { code } = (await host?.ended) ?? { code: 0 };
  if (!leaving) await leave(code ?? 1);
}

onInterrupt((_, presses) => {
  if (presses === 1) void leave(0);
  else host?.kill();
});
main().catch((error) => {
  if (leaving) return;
  console.error(`\nThe demo failed: ${message(error)}`);
  void leave(1);
});
