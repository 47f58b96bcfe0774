/** The built app in a real Electron, in a home of its own, and what its processes cost. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { electronArguments } from '../../build/lib/electron-arguments.mjs';

/** Ticks a second of `/proc/PID/stat`. */
const HERTZ = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * @typedef {'host' | 'window' | 'router' | 'others'} Role `host`: Electron's main process · `others`: network, drawing and the like
 * @typedef {{ role: Role, pid: number }} Process
 */

/**
 * @param {{ electron: string, env: NodeJS.ProcessEnv, config: string, folder: string, hidden?: boolean }} how
 */
export async function launch({ electron, env, config, folder, hidden = false }) {
  const home = mkdtempSync(join(tmpdir(), 'stackyard-bench-ui-'));
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  const file = join(home, 'stackyard.yaml');
  writeFileSync(file, config);
  const { switches, env: own } = electronArguments();
  const app = await _electron.launch({
    executablePath: electron,
    args: [
      ...switches,
      ...(process.platform === 'linux' ? ['--ozone-platform=x11', '--password-store=basic'] : []),
      '--disable-gpu',
      folder,
      '--config',
      file,
      '--data-dir',
      join(home, 'data'),
      ...(hidden ? ['--hidden'] : []),
    ],
    env: /** @type {Record<string, string>} */ ({
      ...own,
      ...env,
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_STATE_HOME: join(home, 'state'),
      XDG_RUNTIME_DIR: join(home, 'run'),
    }),
    colorScheme: null,
  });
  const pid = /** @type {number} */ (app.process().pid);
  return {
    app,
    /** Which processes there are now. The engine is none of them. @returns {Promise<readonly Process[]>} */
    async processes() {
      const metrics = await app.evaluate(({ app: it }) =>
        it
          .getAppMetrics()
          .map(({ pid: id, type, name, serviceName }) => ({ pid: id, type, name: `${name} ${serviceName}` })),
      );
      return metrics.map(({ pid: id, type, name }) => ({
        pid: id,
        role: id === pid ? 'host' : type === 'Tab' ? 'window' : /router/i.test(name) ? 'router' : 'others',
      }));
    },
    async close() {
      const ended = new Promise((resolve) => app.process().once('exit', resolve));
      // As a system does that shuts down: nobody is asked, all is stopped.
      process.kill(pid, 'SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Ms of CPU that a process has used; 0 when it is gone. @param {number} pid */
export function cpuOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / HERTZ;
  } catch {
    return 0;
  }
}

/** Bytes that are a process's share of memory (PSS), so that what is shared counts once; 0 when it is gone. @param {number} pid */
export function memoryOf(pid) {
  try {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(pss ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/**
 * Share of one core by role while `during` lasts, and memory at its end.
 *
 * @template T
 * @param {readonly Process[]} processes
 * @param {() => Promise<T>} during
 */
export async function costs(processes, during) {
  const before = processes.map(({ pid }) => cpuOf(pid));
  const from = performance.now();
  const value = await during();
  const ms = performance.now() - from;
  /** @type {Record<Role, number>} */
  const cpu = { host: 0, window: 0, router: 0, others: 0 };
  /** @type {Record<Role, number>} */
  const memory = { host: 0, window: 0, router: 0, others: 0 };
  for (const [i, { role, pid }] of processes.entries()) {
    cpu[role] += (cpuOf(pid) - before[i]) / ms;
    memory[role] += memoryOf(pid);
  }
  return { value, cpu, memory };
}

/** @param {string} program of the engine @param {string} model a file that it is said to serve */
export const configText = (program, model) => `version: 1
gateway: { port: 0, trace_budget: 64MiB }
app: { close_to_tray: true }
engines:
  llama: { kind: llama.cpp, command: ${JSON.stringify(program)}, model: ${JSON.stringify(model)}, args: ["--alias", "chatty"], start: with-app }
  spare: { kind: llama.cpp, command: ${JSON.stringify(program)}, model: ${JSON.stringify(model)}, args: ["--alias", "chatty"], start: manual }
models:
${Array.from({ length: 200 }, (_, n) => `  route-${n}: { targets: [{ engine: llama, model: chatty }, { engine: spare, model: chatty }] }`).join('\n')}
`;
