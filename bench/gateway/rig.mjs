import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath, run } from '../../build/lib/run.mjs';

const sources = join(import.meta.dirname, '..', 'rig');

/** Mock engine and load client share one core, so that each proxy has the other one to itself. */
export const RIG_CORE = 0;
export const PROXY_CORE = 1;

/**
 * What this machine lacks for the rig; `null` = nothing.
 *
 * @param {number} cores
 */
export function lackingForRig(cores) {
  if (process.platform !== 'linux') return 'the rig needs Linux: it uses epoll and reads /proc';
  if (cores < 2) return 'two cores are needed: one for mock engine and client, one for the proxy';
  if (!onPath('cc')) return 'there is no C compiler `cc` on PATH (Debian: apt-get install gcc libc6-dev)';
  return onPath('taskset') ? null : 'there is no `taskset` on PATH (Debian: apt-get install util-linux)';
}

/**
 * Compiles the two programs of `bench/rig` into a folder, unless they are there and newer than their sources.
 *
 * @param {string} folder
 * @returns {Promise<{ mock: string, load: string }>}
 */
export async function ensureRig(folder) {
  mkdirSync(folder, { recursive: true });
  const newest = Math.max(...readdirSync(sources).map((file) => statSync(join(sources, file)).mtimeMs));
  const made = { mock: join(folder, 'mock'), load: join(folder, 'load') };
  for (const [name, program] of Object.entries(made)) {
    if (existsSync(program) && statSync(program).mtimeMs > newest) continue;
    const { code, output } = await run('cc', ['-O2', '-Wall', '-o', program, join(sources, `${name}.c`)]);
    if (code !== 0) throw new Error(`${name}.c does not compile:\n${output}`);
  }
  return made;
}

/**
 * The command that runs a program on one core only.
 *
 * @param {number} core
 * @param {string[]} command
 * @returns {[string, string[]]}
 */
export const onCore = (core, command) => ['taskset', ['-c', String(core), ...command]];

/** Moves a running process, with all its threads, to a core. @param {number} pid @param {number} core */
export async function moveToCore(pid, core) {
  const { code, output } = await run('taskset', ['-acp', String(core), String(pid)]);
  if (code !== 0) throw new Error(`process ${pid} can't be moved to core ${core}: ${output}`);
}

/** @param {string} program */
export async function startMock(program) {
  const child = spawn(...onCore(RIG_CORE, [program]), { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { port: Number(line), stop: () => child.stdin.end() };
}

/**
 * The bytes of a chat request, in a file. `events` makes it a stream of so many chunks, `gap` µs apart.
 *
 * @param {string} file
 * @param {{ text: string | object[], events?: number, gap?: number, headers?: Record<string, string> }} request
 */
export function writeRequest(file, { text, events, gap, headers = {} }) {
  const stream = events === undefined ? {} : { stream: true, max_tokens: events, ...(gap ? { seed: gap } : {}) };
  // `model` and `stream` behind the messages, where SDKs put them.
  const body = JSON.stringify({ messages: [{ role: 'user', content: text }], model: 'bench', ...stream });
  const all = {
    host: '127.0.0.1',
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'bench/1.0',
    authorization: 'Bearer bench-key',
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  writeFileSync(file, `POST /v1/chat/completions HTTP/1.1\r\n${head.join('')}\r\n${body}`);
  return file;
}

/**
 * One run of the load client.
 *
 * @param {string} program
 * @param {Record<string, string | number>} options
 * @param {readonly (readonly number[])[]} groups of process ids, whose CPU and memory are measured
 */
export async function load(program, options, groups) {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const pids = groups.flatMap((group) => ['--pids', group.join(',')]);
  const [command, all] = onCore(RIG_CORE, [program, ...args, ...pids]);
  const { code, output, stdout } = await run(command, all, { timeout: 60_000 });
  if (code !== 0) throw new Error(`the load client ended with ${code}: ${output}`);
  return JSON.parse(stdout);
}

/** A process and all that descend from it. @param {number} pid @returns {number[]} */
export function family(pid) {
  const parents = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
}
