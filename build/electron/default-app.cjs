/**
 * Stands in for Electron's own default app in the development runtime: `electron [switches] FOLDER [arguments]` starts the app
 * in FOLDER with its name, version and desktop name.
 */
const { app } = require('electron');
const { existsSync, readFileSync } = require('node:fs');
const { Module } = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');

/** @param {string[]} args */
function parse(args) {
  /** @type {string[]} */
  const preloads = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--version' || arg === '-v') return { show: `v${process.versions.electron}`, preloads };
    if (arg === '--abi' || arg === '-a') return { show: process.versions.modules, preloads };
    if (arg === '-r' || arg === '--require') preloads.push(args[++i] ?? '');
    else if (!arg.startsWith('-')) return { folder: resolve(arg), preloads };
  }
  return { preloads };
}

/** @param {string} folder */
function introduce(folder) {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return;
  const { name, productName, version, desktopName } = JSON.parse(readFileSync(manifest, 'utf8'));
  if (version) app.setVersion(version);
  app.name = productName ?? name ?? app.name;
  app.setDesktopName?.(desktopName ?? `${app.name}.desktop`);
}

async function main() {
  const { folder, show, preloads } = parse(process.argv.slice(1));
  if (show) {
    console.log(show);
    process.exit(0);
  }
  if (!folder) throw new Error('usage: electron [switches] FOLDER [arguments]');
  if (preloads.length > 0) Module._preloadModules(preloads);
  Object.defineProperty(process, 'defaultApp', { enumerable: true, value: true });
  introduce(folder);
  const file = Module._resolveFilename(folder, null, true);
  app.setAppPath(existsSync(join(folder, 'package.json')) ? folder : dirname(file));
  await import(pathToFileURL(file).href);
}

main().catch((error) => {
  console.error(`The app could not be started: ${error.stack ?? error}`);
  process.exit(1);
});
