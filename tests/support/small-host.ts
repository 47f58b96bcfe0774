import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import type { SpawnOutcome } from '../../electron/host/child.ts';
import type { Holder } from '../../electron/host/instance.ts';
import { isAlive, startTime } from '../../electron/host/processes.ts';
import type { ReapReport } from '../../electron/host/reaper.ts';
import { top } from './tools.ts';
import { until } from './until.ts';

export interface HostReport {
  readonly holder?: Holder;
  readonly id: string;
  readonly guard: number | null;
  readonly reason: string | null;
  readonly report: ReapReport;
  readonly engines: readonly SpawnOutcome[];
}

/** `tests/fixtures/programs/engine.mjs` with these arguments, as `EngineCommand` and `startSmallHost` want it. */
export const engine = (...args: string[]) => ({
  file: process.execPath,
  args: [join(top, 'tests/fixtures/programs/engine.mjs'), ...args],
});

/** Starts the bundled `tests/fixtures/programs/small-host.ts` and waits for what it says. */
export async function startSmallHost(
  program: string,
  data: string,
  engines: readonly { file: string; args: string[] }[] = [],
  env: Record<string, string> = {},
): Promise<{ readonly process: ChildProcess; readonly report: HostReport }> {
  const child = spawn(process.execPath, [program, data, ...engines.map((one) => JSON.stringify(one))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { process: child, report: JSON.parse(line) as HostReport };
}

/** The pids that an engine fixture printed into its log, once it is all there. What is left of them is killed after the tests. */
export async function pidsFromLog(path: string): Promise<Record<string, number>> {
  const pids = await until(`an engine fixture to be ready by ${path}`, () => {
    const line = readFileSync(path, 'utf8')
      .split('\n')
      .find((text) => text.startsWith('{"ready"'));
    return line ? (JSON.parse(line) as { pids: Record<string, number> }).pids : null;
  });
  for (const pid of Object.values(pids)) known.push({ pid, started: await startTime(pid) });
  return pids;
}

const known: { pid: number; started: string | null }[] = [];

afterAll(async () => {
  for (const { pid, started } of known.splice(0))
    if (started !== null && (await isAlive(pid, started))) process.kill(pid, 'SIGKILL');
});
