import { type ChildProcess, spawn } from 'node:child_process';
import { stop } from './processes.ts';
import { llamaServer, need, tinyModel } from './tools.ts';

export interface Llama {
  /** `http://127.0.0.1:PORT`, without a path. */
  url: string;
  port: number;
  pid: number;
  child: ChildProcess;
  /** What it has printed so far. */
  log(): string;
  /** Ends it and waits for its end. */
  stop(): Promise<void>;
}

/**
 * A real llama-server, ready to answer. Without arguments for a model it serves the tiny one.
 *
 * @param args more arguments; `-t 1` and the port are always given
 * @throws Error with its output when it ends before it is ready
 */
export async function startLlama({
  args = [],
  model = tinyModel,
}: {
  args?: string[];
  model?: string | null;
} = {}): Promise<Llama> {
  const modelArgs = model === null ? [] : ['-m', model];
  const child = spawn(need(llamaServer), [...modelArgs, '-t', '1', '--host', '127.0.0.1', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listening = new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port) resolve(Number(port));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`llama-server ended with ${code} before it was ready:\n${output}`)),
    );
  });
  const port = await listening;
  const url = `http://127.0.0.1:${port}`;
  await ready(url, child);
  return { url, port, pid: child.pid ?? 0, child, log: () => output, stop: () => stop(child) };
}

/** It listens before the model is loaded, and answers 503 until then. */
async function ready(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`llama-server ended with ${child.exitCode} while it was loading.`);
}

/** How many of its slots work now. */
export async function busySlots({ url }: Pick<Llama, 'url'>): Promise<number> {
  const slots = (await (await fetch(`${url}/slots`)).json()) as { is_processing: boolean }[];
  return slots.filter((slot) => slot.is_processing).length;
}
