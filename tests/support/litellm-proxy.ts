/** A LiteLLM proxy that nobody but the test started, as a team runs one by hand. */
import { spawn } from 'node:child_process';
import { OFFLINE } from '../../electron/host/litellm-environment.ts';
import { installedLitellm } from '../../electron/host/litellm-install.ts';
import { stop } from './processes.ts';
import { litellmData, need } from './tools.ts';
import { until } from './until.ts';

export interface LitellmProxy {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly pid: number;
  /** What it has printed so far. */
  log(): string;
  /** Ends it and waits for its end. */
  stop(): Promise<void>;
}

export interface ProxyOptions {
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The Python of another LiteLLM than the pinned one. */
  readonly python?: string;
}

/** Resolves when it answers; rejects with what it printed when it ends before. */
export async function startLitellmProxy(
  file: string,
  { port, env = {}, python }: ProxyOptions,
): Promise<LitellmProxy> {
  const program = python ?? need(await installedLitellm(need(litellmData)));
  const run = ['-c', 'from litellm import run_server; run_server()', '--config', file];
  const child = spawn(program, [...run, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...OFFLINE, ...env },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      log += chunk;
    });
  const url = `http://127.0.0.1:${port}`;
  const end = () => stop(child);
  try {
    await until(
      'LiteLLM answers',
      async () => {
        if (child.exitCode !== null) throw new Error(`LiteLLM ended with ${child.exitCode}:\n${log}`);
        const answer = await fetch(`${url}/health/liveliness`).catch(() => null);
        await answer?.arrayBuffer();
        return answer?.status === 200;
      },
      { deadline: 180_000 },
    );
  } catch (error) {
    await end();
    throw error;
  }
  return { url, pid: child.pid ?? 0, log: () => log, stop: end };
}

/** One chat request; the answer's text, or all of what was said instead. */
export async function askProxy(
  base: string,
  key: string,
  model: string,
): Promise<{ readonly status: number; readonly text: string; readonly route: string | null }> {
  const answer = await fetch(`${base}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, max_tokens: 4, temperature: 0, messages: [{ role: 'user', content: 'Hi' }] }),
    signal: AbortSignal.timeout(120_000),
  });
  const said = await answer.text();
  const route = answer.headers.get('x-stackyard-route');
  const json = answer.status === 200 ? (JSON.parse(said) as { choices: { message: { content: string } }[] }) : null;
  return {
    status: answer.status,
    text: json?.choices[0]?.message.content ?? said,
    route: route === null ? null : decodeURIComponent(route),
  };
}
