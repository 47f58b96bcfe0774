import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { stop } from './processes.ts';
import { tempFolder } from './tmp.ts';
import { top } from './tools.ts';
import { until } from './until.ts';

/** The kinds that no test machine can have, with a stand-in each (tests/fixtures/engines, which also says what it can do wrong). */
export type StandInKind = 'ollama' | 'vllm' | 'llama-cpp-python';

/** What a stand-in says of itself by `GET /stand-in`. */
export interface StandInState {
  readonly pid: number;
  /** The child that the faults asked for; `null` without one. */
  readonly child: number | null;
  /** How often it was asked, by `METHOD /path`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly generations: number;
}

export interface StandIn {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly child: ChildProcess;
  /** What it has printed so far. */
  log(): string;
  state(): Promise<StandInState>;
  /** More faults, for the rest of this run. */
  fault(text: string): Promise<void>;
  stop(): Promise<void>;
}

/** The program to put into an engine's `command`. Linux and macOS: it is found by its first line. */
export const standIn = (kind: StandInKind): string => join(top, 'tests/fixtures/engines', `${kind}.mjs`);

/**
 * A stand-in on a port of its own, started as somebody else would and answering. Its end is the caller's to see to.
 *
 * @param faults e.g. `ignore-term,pace=20`
 * @throws Error with its output when it ends before it answers
 */
export async function startStandIn(
  kind: StandInKind,
  { faults = '', env = {}, port }: { faults?: string; env?: Record<string, string>; port?: number } = {},
): Promise<StandIn> {
  const at = port ?? (await freePort());
  const child = spawn(standIn(kind), argsOf(kind, at), {
    env: {
      ...process.env,
      OLLAMA_HOST: `127.0.0.1:${at}`,
      HOST: '127.0.0.1',
      PORT: String(at),
      STAND_IN_FAULTS: faults,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const url = `http://127.0.0.1:${at}`;
  const state = async () => (await (await fetch(`${url}/stand-in`)).json()) as StandInState;
  await Promise.race([
    until(`the ${kind} stand-in answers`, async () => (await state()).pid === child.pid),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The ${kind} stand-in ended with ${code}:\n${output}`);
    }),
  ]);
  return {
    url,
    port: at,
    pid: child.pid ?? 0,
    child,
    log: () => output,
    state,
    fault: async (text) => void (await fetch(`${url}/stand-in/faults`, { method: 'POST', body: text })),
    stop: () => stop(child),
  };
}

/** An empty file with a model's name: what the stand-in for llama-cpp-python wants to see on the disk. */
export const emptyModel = (): string => {
  const file = join(tempFolder(), 'stand-in.gguf');
  writeFileSync(file, '');
  return file;
};

function argsOf(kind: StandInKind, port: number): string[] {
  const at = ['--host', '127.0.0.1', '--port', String(port)];
  if (kind === 'ollama') return ['serve'];
  if (kind === 'vllm') return ['serve', 'stand-in/model', ...at];
  return ['-m', 'llama_cpp.server', '--model', emptyModel(), '--model_alias', 'stand-in', ...at];
}
