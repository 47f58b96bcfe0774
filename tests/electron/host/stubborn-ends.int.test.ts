/** Engines that don't want to go: each is stopped all the same, and what can't be ended is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isListening } from '../../../electron/host/ports.ts';
import { startTestHost, type TestHost } from '../../support/host.ts';
import { instanceId, ledgerRows } from '../../support/ledger.ts';
import { isAlive } from '../../support/processes.ts';
import { liveRuns, watchRuns } from '../../support/run-watch.ts';
import { emptyModel, type StandInKind, standIn } from '../../support/stand-ins.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const KINDS = ['ollama', 'vllm', 'llama-cpp-python'] as const;

const only = { names: ['stubborn'], wait_ms: 60_000 };

const config = (kind: StandInKind, faults: string) => `version: 1
gateway: { port: 0 }
engines:
  stubborn:
    kind: ${kind}
    mode: managed
    command: ${JSON.stringify(standIn(kind))}
    ${kind === 'ollama' ? '' : `model: ${JSON.stringify(kind === 'vllm' ? 'stand-in/model' : emptyModel())}`}
    stop_timeout: 1s
    restart: { backoff: 20ms }
    env: { STAND_IN_FAULTS: "${faults}" }
`;

interface Family {
  readonly pid: number;
  readonly port: number;
  readonly child: number | null;
}

/** The engine's process as the host shows it, and the child that the fault asked for. */
async function family({ engine }: TestHost): Promise<Family> {
  const { pid, port } = engine('stubborn');
  const { child } = (await (await fetch(`http://127.0.0.1:${port}/stand-in`)).json()) as { child: number | null };
  if (child !== null) strays.push(child);
  return { pid: pid ?? 0, port: port ?? 0, child };
}

const strays: number[] = [];
afterAll(() => {
  for (const pid of strays) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

/** Nothing of the family lives, its port is free, no process carries the host's tag for it, ledger and log say so. */
async function allGone(host: TestHost, { pid, port, child }: Family): Promise<void> {
  expect([pid, child].filter((one) => one !== null && isAlive(one))).toEqual([]);
  expect(await isListening('127.0.0.1', port)).toBe(false);
  const mine = (tag: string) => tag.startsWith(`${instanceId(host.data)}:stubborn.`);
  expect(liveRuns().filter(({ tag }) => mine(tag))).toEqual([]);
  await until('it has left the ledger', () => ledgerRows(host.data).every(({ kind }) => kind !== 'engine'));
  expect(log(host)).toContain('Stopped and verified.');
}

const log = ({ data }: TestHost) => readFileSync(join(data, 'logs', 'stubborn.log'), 'utf8');

describeNeeding(['linux'], 'a stand-in engine that', () => {
  for (const kind of KINDS) {
    it.each([
      ['ignores TERM', 'ignore-term'],
      ['keeps a renamed child', 'engine-core'],
      ['leaves a renamed child that ignores TERM', 'grandchild'],
      ['ignores TERM and so does its child', 'ignore-term,grandchild'],
      ['has a child in a session and group of its own', 'leave-group'],
    ])(`${kind}: %s – is gone with all of it when it is stopped`, async (_what, faults) => {
      const host = await startTestHost(config(kind, faults));
      expect(await host.call('engines.start', only)).toEqual([{ engine: 'stubborn', ok: true, cause: null }]);
      const all = await family(host);
      expect(all.child === null).toBe(faults === 'ignore-term');
      expect(await host.call('engines.stop', only)).toEqual([{ engine: 'stubborn', ok: true, cause: null }]);
      await allGone(host, all);
      // What ended with its parent needs no word; what did not is named.
      const outlives = faults === 'engine-core' ? null : (all.child ?? all.pid);
      const named = / Still there, so it is killed: (.*)\./.exec(log(host))?.[1] ?? null;
      if (outlives === null) expect(named).toBeNull();
      else expect(named).toContain(`(pid ${outlives})`);
    });
  }

  it('is killed alone: what it left is ended before it is started again', async () => {
    const host = await startTestHost(config('vllm', 'leave-group'));
    await host.call('engines.start', only);
    const first = await family(host);
    const watch = watchRuns(() => instanceId(host.data));
    process.kill(first.pid, 'SIGKILL');
    await until('another one is ready', () => {
      const { phase, pid } = host.engine('stubborn');
      return phase === 'ready' && pid !== first.pid;
    });
    watch.stop();
    expect(isAlive(first.child ?? 0)).toBe(false);
    expect(watch.offences).toEqual([]);
    expect(log(host)).toContain(`(pid ${first.child})`);
    const second = await family(host);
    await host.call('engines.stop', only);
    await allGone(host, second);
  });
});
