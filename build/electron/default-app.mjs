/**
 * Stands in for Electron's own default app in the development runtime: `electron [switches] FOLDER [arguments]` starts the app
 * in FOLDER with its name, version and desktop name.
 *
 * It must be a module that awaits the app's: Electron isn't `ready` before its first module has been evaluated, and what an
 * app does at its top may only be done before that.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app as known } from 'electron';

/** What Electron keeps for its own default app isn't in its types. @typedef {{ setVersion: (version: string) => void, setAppPath: (path: string) => void }} Inner */

const app = /** @type {typeof known & Inner} */ (known);

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
  const require = createRequire(join(process.cwd(), 'x'));
  for (const preload of preloads) require(preload);
  Object.defineProperty(process, 'defaultApp', { enumerable: true, value: true });
  introduce(folder);
  const file = createRequire(import.meta.url).resolve(folder);
  app.setAppPath(existsSync(join(folder, 'package.json')) ? folder : dirname(file));
  await import(pathToFileURL(file).href);
}

try {
  await main();
} catch (error) {
  console.error(`The app could not be started: ${error instanceof Error ? error.stack : error}`);
  process.exit(1);
}
