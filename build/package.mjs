#!/usr/bin/env node
/**
 * `npm run package`: a folder in `dist` that holds the app ready to run, and on Linux the same as a tar.gz. Arguments for
 * electron-builder pass through; a release is made with a target, for example `npm run package -- --linux AppImage deb rpm`.
 *
 * It uses the official Electron only. `npm run package -- --development` takes the development runtime where there is no
 * other: to try packaging out, never to hand on; its folder is named so.
 */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { ensureElectron } from './get-electron.mjs';
import { ensureBuilt, top } from './lib/built-app.mjs';
import { run } from './lib/run.mjs';
import { waiting } from './lib/waiting.mjs';

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
  for (const name of ['out/main', 'out/renderer', 'assets', 'LICENSE', 'package.json']) {
    cpSync(join(top, name), join(plain, name), { recursive: true, filter: kept });
  }
}

/**
 * The unpacked folder as one file, in a folder that carries name and version. By the system's tar: electron-builder's own
 * target wants to download a 7-Zip first.
 *
 * @param {string} folder where `linux-unpacked` lies
 */
async function archive(folder) {
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
  const name = `stackyard-${version}-linux-${process.arch}`;
  const file = join(folder, `${name}.tar.gz`);
  const args = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', `--transform=s,^linux-unpacked,${name},`];
  const { code, output } = await waiting(
    log,
    'packing the tar.gz',
    run('tar', [...args, '-czf', file, '-C', folder, 'linux-unpacked']),
  );
  if (code !== 0) throw new Error(`tar could not make ${file}: ${output}`);
  log(`made ${relative(top, file)}`);
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
  const output = official ? 'dist' : join('dist', 'development-only');
  const passed = args.filter((arg) => arg !== '--development');
  const builder = require.resolve('electron-builder/cli.js');
  log(`packaging with Electron ${version}${official ? '' : ' (development runtime: not for handing on)'}`);
  const what = passed.length > 0 ? passed : ['--dir'];
  const { code } = await run(process.execPath, [builder, ...what, ...own, `-c.directories.output=${output}`], {
    cwd: top,
    log,
  });
  if (code !== 0) throw new Error(`electron-builder ended with exit code ${code}; its messages are above.`);
  if (passed.length === 0 && process.platform === 'linux') await archive(join(top, output));
}

try {
  await packageApp(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
