import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';
import { waiting } from './waiting.mjs';

/** The project's folder. */
export const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What the build leaves; all of it must be there. */
const OUTPUTS = ['main/main.js', 'main/router.js', 'main/cli.js', 'preload/index.cjs', 'renderer/index.html'];
const SOURCES = [
  'shared',
  'electron',
  'renderer',
  'assets',
  'package.json',
  'package-lock.json',
  'electron.vite.config.ts',
];

/** The command line's program, as built. */
export const cli = join(top, 'out', 'main', 'cli.js');

/**
 * Builds the app.
 *
 * @returns {Promise<{ ok: boolean, output: string }>} `output`: what the bundler said
 */
export async function build() {
  const program = join(top, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const { code, output } = await run(process.execPath, [program, 'build'], { cwd: top });
  return { ok: code === 0, output };
}

/**
 * Builds the app unless what is in `out` is newer than every source.
 *
 * @param {(line: string) => void} log
 * @throws Error with the bundler's output
 */
export async function ensureBuilt(log) {
  if (isCurrent()) return;
  const { ok, output } = await waiting(log, 'building the app', build());
  if (!ok) throw new Error(`The build failed:\n${output}`);
}

function isCurrent() {
  const outputs = OUTPUTS.map((name) => join(top, 'out', name));
  if (!outputs.every(existsSync)) return false;
  const oldest = Math.min(...outputs.map((path) => statSync(path).mtimeMs));
  return oldest > Math.max(...SOURCES.map((name) => newest(join(top, name))));
}

/**
 * When something at this path was last changed, in ms since 1970; 0 when there is nothing.
 *
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
