import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cli, top } from '../lib/built-app.mjs';
import { electronArguments } from '../lib/electron-arguments.mjs';
import { run } from '../lib/run.mjs';

/**
 * @typedef {{
 *   ended: Promise<{ code: number | null, output: string }>,
 *   hasEnded: () => boolean,
 *   output: () => string,
 *   status: () => Promise<unknown>,
 *   stop: () => Promise<boolean>,
 *   kill: () => void,
 * }} Host a running Stackyard
 *   `status`: what `stackyard status --json` says, null when it says nothing · `stop`: asks it to leave, true when it has left
 *   cleanly and its engines with it · `kill`: no more asking
 */

const PATIENCE_MS = 30_000;

/**
 * Starts the app in Electron, or the service in Node. It gets a process group of its own, so that a Ctrl-C in the terminal
 * reaches it once, through us, and not twice: a second one would mean "at once".
 *
 * @param {{ electron: string | null, configFile: string, dataDir: string, folder: string }} options
 * @returns {Host}
 */
export function startHost({ electron, configFile, dataDir, folder }) {
  const files = ['--config', configFile, '--data-dir', dataDir];
  const { switches, env } = electronArguments();
  const [command, args] = electron
    ? [electron, [...switches, top, ...files]]
    : [process.execPath, [cli, 'serve', ...files]];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    env: electron ? { ...env, ...desktopFolders(join(folder, 'home')) } : env,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-20_000);
    });
  }
  let over = false;
  /** @type {Host['ended']} */
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
  void ended.then(() => {
    over = true;
  });

  /** What must be gone afterwards. @type {{ pid: number | null, port: number | null }[]} */
  let engines = [];
  const host = {
    ended,
    hasEnded: () => over,
    output: () => output,
    async status() {
      const { stdout } = await run(process.execPath, [cli, 'status', '--json', ...files], {
        timeout: PATIENCE_MS,
      });
      const status = parse(stdout);
      if (status && Array.isArray(status.engines)) engines = status.engines;
      return status;
    },
    async stop() {
      if (!over) child.kill('SIGTERM');
      const timer = setTimeout(host.kill, PATIENCE_MS);
      const { code } = await ended;
      clearTimeout(timer);
      const left = await Promise.all(engines.map(async ({ pid, port }) => isAlive(pid) || (await isTaken(port))));
      return code === 0 && !left.includes(true);
    },
    kill: () => child.kill('SIGKILL'),
  };
  return host;
}

/** What the desktop's libraries write goes here, not into the user's home. @param {string} home */
function desktopFolders(home) {
  const folders = {
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'share'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return folders;
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {number | null} pid */
function isAlive(pid) {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {number | null} port of 127.0.0.1
 * @returns {Promise<boolean>} whether something listens there
 */
function isTaken(port) {
  if (port === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
