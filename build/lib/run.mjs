import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Runs a program and hands on what it prints, line by line.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ log?: (line: string) => void, cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options]
 *   `timeout` in ms: the program is killed then, and `code` is null.
 * @returns {Promise<{ code: number | null, output: string, stdout: string }>} `output`: both streams together, in the order they
 *   came; `code` is null when a signal ended it. Rejects only when the program could not be started.
 */
export function run(command, args, { log, cwd, env, timeout } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: env ?? process.env,
      ...(cwd ? { cwd } : {}),
      ...(timeout ? { timeout, killSignal: 'SIGKILL' } : {}),
    });
    /** @type {string[]} */
    const lines = [];
    /** @type {string[]} */
    const stdout = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (stream === child.stdout) stdout.push(line);
        log?.(line);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: lines.join('\n'), stdout: stdout.join('\n') }));
  });
}

/**
 * The full path of a program on PATH, or null.
 *
 * @param {string} name without `.exe`
 */
export function onPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (isProgram(path)) return path;
    }
  }
  return null;
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
