#!/usr/bin/env node
/**
 * `npm run package`: a folder in `dist` that holds the app ready to run. Arguments for electron-builder pass through; a release
 * is made with a target, for example `npm run package -- --linux AppImage deb`.
 *
 * It uses the official Electron only. `npm run package -- --development` takes the development runtime where there is no
 * other: to try packaging out, never to hand on; its folder is named so.
 */
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ensureElectron } from './get-electron.mjs';
import { ensureBuilt, top } from './lib/built-app.mjs';
import { run } from './lib/run.mjs';

const log = (/** @type {string} */ line) => console.log(line);
const require = createRequire(import.meta.url);

/** On macOS the folder that counts is the one that holds Electron.app. @param {string} executable */
function folderOf(executable) {
  const bundle = executable.indexOf('Electron.app');
  return bundle < 0 ? dirname(executable) : dirname(executable.slice(0, bundle + 'Electron.app'.length));
}

/** What `stackyard serve` needs outside of the asar: see electron-builder.yml. */
function gatherPlainFiles() {
  const plain = join(top, '.cache', 'package', 'plain');
  rmSync(plain, { recursive: true, force: true });
  const kept = (/** @type {string} */ path) => !path.endsWith('.map') && basename(path) !== 'svg';
  for (const name of ['out/main', 'out/renderer', 'assets', 'package.json']) {
    cpSync(join(top, name), join(plain, name), { recursive: true, filter: kept });
  }
}

/** @param {string[]} args */
async function packageApp(args) {
  const development = args.includes('--development');
  const { path, version, official } = await ensureElectron({
    cacheDir: join(top, '.cache'),
    log,
    officialOnly: !development,
  });
  if (!official && !development)
    throw new Error('STACKYARD_ELECTRON is set: a package takes the official Electron only.');
  await ensureBuilt(log);
  gatherPlainFiles();
  const own = [
    '--config',
    join(top, 'build', 'electron-builder.yml'),
    `-c.electronVersion=${version}`,
    `-c.electronDist=${folderOf(path)}`,
    `-c.afterPack=${join(top, 'build', 'electron', 'after-pack.mjs')}`,
    '--publish',
    'never',
  ];
  const target = official ? [] : [`-c.directories.output=${join('dist', 'development-only')}`];
  const passed = args.filter((arg) => arg !== '--development');
  const builder = require.resolve('electron-builder/cli.js');
  log(`packaging with Electron ${version}${official ? '' : ' (development runtime: not for handing on)'}`);
  const what = passed.length > 0 ? passed : ['--dir'];
  const { code } = await run(process.execPath, [builder, ...what, ...own, ...target], { cwd: top, log });
  if (code !== 0) throw new Error(`electron-builder ended with exit code ${code}; its messages are above.`);
}

try {
  await packageApp(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
