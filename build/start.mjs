#!/usr/bin/env node
/** `npm start`: runs the app, building it first when a source is newer than the build. `npm start -- --config F` passes on. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureElectron } from './get-electron.mjs';
import { ensureBuilt, top } from './lib/built-app.mjs';
import { electronArguments, hasDisplay } from './lib/electron-arguments.mjs';
import { onInterrupt } from './lib/interrupts.mjs';

const log = (/** @type {string} */ line) => console.error(line);

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}

if (!hasDisplay()) fail('There is no display here. The same without a window: npx --no stackyard serve');
try {
  const { path } = await ensureElectron({ cacheDir: join(top, '.cache'), log });
  await ensureBuilt(log);
  const { switches, env } = electronArguments();
  const child = spawn(path, [...switches, top, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
    detached: process.platform !== 'win32', // so that a Ctrl-C reaches it once, through us
  });
  onInterrupt((signal) => child.kill(signal));
  child.once('error', (error) => fail(`Electron could not be started: ${error.message}`));
  child.once('exit', (code, signal) => {
    if (signal) console.error(`The app ended by ${signal}.`);
    process.exit(code ?? 1);
  });
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
