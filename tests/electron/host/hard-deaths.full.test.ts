/** The host is killed at each moment of an engine's life – an engine that ignores TERM and has a child in a group of its own. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launchApp } from '../../support/app.ts';
import { estateOf } from '../../support/hard-death.ts';
import { ledgerRows } from '../../support/ledger.ts';
import { isAlive } from '../../support/processes.ts';
import { type Served, serve } from '../../support/serve.ts';
import { standIn } from '../../support/stand-ins.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';
import { send } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';
import { cli } from '../cli/cli-run.ts';

const config = (faults: string) => `version: 1
gateway: { port: 0 }
engines:
  one:
    kind: vllm
    command: ${JSON.stringify(standIn('vllm'))}
    model: one-model
    stop_timeout: 60s
    restart: { backoff: 60s, backoff_max: 60s }
    env: { STAND_IN_FAULTS: "ignore-term,leave-group,${faults}" }
`;

interface Moment {
  readonly name: string;
  readonly faults: string;
  readonly phase: string;
  readonly into: (served: Served) => Promise<unknown>;
}

const up = (served: Served, ...more: string[]) => served.run('up', 'one', ...more);

const MOMENTS: Moment[] = [
  { name: 'starts', faults: 'slow-start=60000', phase: 'starting', into: (served) => up(served, '--no-wait') },
  { name: 'is ready', faults: '', phase: 'ready', into: (served) => up(served) },
  {
    name: 'answers its last request before a stop',
    faults: 'pace=50,tokens=2000',
    phase: 'draining',
    into: async (served) => {
      await up(served);
      void send(served.gateway, 'one-model', { tokens: 2000 });
      await until('it is in flight', async () => {
        const { engines } = JSON.parse((await served.run('status', '--json')).out) as {
          engines: { in_flight: number }[];
        };
        return (engines[0]?.in_flight ?? 0) > 0;
      });
      await served.run('down', 'one', '--no-wait');
    },
  },
  {
    name: 'was told to stop and does not',
    faults: '',
    phase: 'stopping',
    into: async (served) => {
      await up(served);
      await served.run('down', 'one', '--no-wait');
    },
  },
  {
    name: 'has crashed and waits for its next start',
    faults: '',
    phase: 'backoff',
    into: async (served) => {
      await up(served);
      process.kill((await served.status()).engines[0]?.pid ?? 0, 'SIGKILL');
    },
  },
];

/** Brings the engine into the moment, kills the host in it; gives what must be gone. */
async function killIn(moment: Moment, served: Served) {
  await moment.into(served);
  await until(
    `the engine is ${moment.phase}`,
    async () => (await served.status()).engines[0]?.phase === moment.phase,
  );
  const estate = estateOf(served.data);
  const { engines } = await served.status();
  const ports = [...engines.flatMap(({ port }) => port ?? []), Number(new URL(served.gateway).port)];
  process.kill(served.pid, 'SIGKILL');
  return { estate, ports };
}

describeNeeding(['linux'], 'SIGKILL of the host while an engine', () => {
  it.each(MOMENTS)('$name – the guard ends all of it, and the next host begins with nothing', async (moment) => {
    const folder = tempFolder('death');
    const served = await serve(config(moment.faults), { folder });
    const { estate, ports } = await killIn(moment, served);
    await estate.gone(ports);
    const next = await serve(config(''), { folder });
    expect((await next.status()).engines[0]).toMatchObject({ phase: 'stopped', pid: null });
    expect(ledgerRows(next.data).filter(({ tag }) => tag.startsWith(`${estate.instance}:`))).toEqual([]);
    expect((await next.run('up', 'one')).code).toBe(0);
    // It ignores TERM, and nobody waits a minute for it here.
    next.child.kill('SIGKILL');
    await estateOf(next.data).gone([]);
  });

  it.each(MOMENTS)('$name – without a guard: the next host ends all of it before it begins', async (moment) => {
    const folder = tempFolder('death');
    const served = await serve(config(moment.faults), { folder, env: { STACKYARD_NO_GUARD: '1' } });
    const { estate, ports } = await killIn(moment, served);
    await until('the router has left', async () => !(await fetch(`${served.gateway}/health`).catch(() => null)));
    if (moment.phase !== 'backoff') expect(estate.pids().length).toBeGreaterThanOrEqual(2);
    const next = await serve(config(''), { folder });
    await estate.gone(ports);
    expect((await next.status()).engines[0]).toMatchObject({ phase: 'stopped', pid: null });
    expect(ledgerRows(next.data).filter(({ tag }) => tag.startsWith(`${estate.instance}:`))).toEqual([]);
  });

  it('comes up or goes down, at moments that nobody chose', async () => {
    for (let n = 0; n < 6; n += 1) {
      const folder = tempFolder('death');
      const served = await serve(config('slow-start=300'), { folder });
      const moment = Math.random() * 2_000;
      void served.run('up', 'one', '--no-wait').then(() => served.run('down', 'one', '--no-wait'));
      await new Promise((resolve) => setTimeout(resolve, moment));
      const estate = estateOf(served.data);
      const port = Number(new URL(served.gateway).port);
      process.kill(served.pid, 'SIGKILL');
      await estate.gone([port]).catch((error: Error) => {
        throw new Error(`Killed after ${Math.round(moment)} ms: ${error.message}`);
      });
    }
  });
});

describeNeeding(['linux', 'electron', 'display'], 'SIGKILL of the app while an engine', () => {
  it.each([
    ['starts', 'slow-start=60000', 'starting'],
    ['is ready', '', 'ready'],
  ])(
    '%s: the guard ends all of it, the router leaves, and the next start finds a free data folder',
    async (...[, faults, phase]) => {
      const text = config(faults).replace('    model:', '    start: with-app\n    model:');
      const app = await launchApp({ config: text });
      const place = ['--config', app.configFile, '--data-dir', app.dataDir];
      interface Seen {
        gateway: { url: string | null };
        engines: { phase: string; port: number | null }[];
        router: { pid: number | null };
      }
      const seen = await until(`the engine is ${phase}`, async () => {
        const now = (await cli(['status', '--json', ...place])).json as Seen;
        return now.engines[0]?.phase === phase && now.gateway.url !== null ? now : null;
      });
      const estate = estateOf(app.dataDir);
      expect(estate.pids().length).toBeGreaterThanOrEqual(2);
      process.kill(app.pid, 'SIGKILL');
      await app.ended;
      await estate.gone([
        ...seen.engines.flatMap(({ port }) => port ?? []),
        Number(new URL(seen.gateway.url ?? '').port),
      ]);
      // Chromium's children show their parent's environment, so the tag does not tell of this one.
      await until('the router has left', () => !isAlive(seen.router.pid ?? 0));
      const next = await launchApp({ home: join(app.dataDir, '..') });
      await until('the next one runs', async () => (await cli(['status', '--json', ...place])).code === 0);
      await next.kill();
    },
  );
});
