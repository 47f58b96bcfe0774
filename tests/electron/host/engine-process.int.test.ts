import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { PROFILES } from '../../../electron/engines/profiles.ts';
import { openLog } from '../../../electron/host/engine-log.ts';
import { EngineProcess } from '../../../electron/host/engine-process.ts';
import type { RunServices } from '../../../electron/host/engine-run.ts';
import { startGuard } from '../../../electron/host/guard.ts';
import { openLedger } from '../../../electron/host/ledger.ts';
import { isListening } from '../../../electron/host/ports.ts';
import { StartedUnits } from '../../../electron/host/started-units.ts';
import { engineConfig } from '../../support/engine-config.ts';
import { liveRuns } from '../../support/run-watch.ts';
import { standIn } from '../../support/stand-ins.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A run of a stand-in, not started yet, with a real ledger, guard and log. */
async function newRun(instance: string, faults = '') {
  const folder = tempFolder();
  const services: RunServices = {
    instance,
    ledger: await openLedger(join(folder, 'ledger.json')),
    guard: await startGuard({ instance }),
    units: new StartedUnits(folder),
    redact: (text) => text,
    prepare: async () => ({ cause: { code: 'internal', message: 'Nothing here prepares.', hint: null } }),
  };
  ends.push(() => services.guard.close());
  const log = openLog({
    path: join(folder, 'engine.log'),
    maxBytes: 1 << 20,
    files: 1,
    redact: (text) => text,
    now: () => new Date(),
  });
  ends.push(() => log.close());
  const config = engineConfig({
    kind: 'vllm',
    command: standIn('vllm'),
    model: 'stand-in/model',
    env: { STAND_IN_FAULTS: faults },
  });
  const run = new EngineProcess({ engine: 'one', run: 'one.1', config, profile: PROFILES.vllm, log, services });
  return { folder, services, run, log: () => readFileSync(log.path, 'utf8') };
}

const alive = (instance: string) => liveRuns().filter(({ tag }) => tag.startsWith(`${instance}:`));

describeNeeding(['linux'], 'a run of a stand-in for vLLM', () => {
  it('that can’t be entered in the ledger is ended before it says so: nobody would know it later', async () => {
    const { folder, services, run } = await newRun('proof-ledger');
    mkdirSync(join(folder, 'ledger.json'));
    const started = await run.start(() => {});
    expect(started).toMatchObject({ ok: false, cause: { code: 'spawn_failed' } });
    expect(alive('proof-ledger')).toEqual([]);
    rmSync(join(folder, 'ledger.json'), { recursive: true });
    expect(services.ledger.entries()).toEqual([]);
  });

  it('names who is left of it, and its port while that is open', async () => {
    const { run, log } = await newRun('proof-names', 'leave-group');
    let port = 0;
    const started = await run.start((launched) => {
      port = launched.port;
    });
    await until('it listens', () => isListening('127.0.0.1', port));
    const all = await run.verify();
    expect(all?.code).toBe('survivors');
    expect(all?.message).toContain(`(pid ${run.pid})`);
    expect(all?.message).toContain(`Port ${port} is still open.`);
    const [stray] = alive('proof-names').flatMap(({ pids }) => pids.filter((pid) => pid !== run.pid));
    run.signal('stop');
    if (started.ok) await started.exited;
    expect((await run.verify())?.message).toMatch(
      new RegExp(`^Still running after the stop: \\S+ \\(pid ${stray}\\)\\.$`),
    );
    run.signal('kill');
    await until('nobody is left', async () => (await run.verify()) === null);
    expect(log()).toMatch(new RegExp(`Still there, so it is killed: .*\\(pid ${stray}\\)`));
    expect(alive('proof-names')).toEqual([]);
    run.forget();
  });
});
