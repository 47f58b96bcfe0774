import { afterEach, describe, expect, it } from 'vitest';
import { endServer } from '../../../electron/host/takeover.ts';
import type { ForeignOwner } from '../../../shared/model.ts';
import { startTestHost, type TestHost } from '../../support/host.ts';
import { freePort, isFree } from '../../support/ports.ts';
import { isAlive } from '../../support/processes.ts';
import { type StandInSystemd, standInSystemd } from '../../support/stand-in-systemd.ts';
import { standIn } from '../../support/stand-ins.ts';
import { until } from '../../support/until.ts';

const UNIT = 'ollama.service';
const only = { names: ['ollama'], wait_ms: 60_000 };
const config = (port: number) => `version: 1
gateway: { port: 0 }
engines:
  ollama: { kind: ollama, mode: managed, manager: systemd, unit: ${UNIT}, port: ${port}, restart: { backoff: 20ms } }
`;

const systems: StandInSystemd[] = [];
const hosts: TestHost[] = [];
afterEach(async () => {
  // A host stops what it started, so systemd goes last.
  await Promise.all(hosts.splice(0).map(({ host }) => host.stop()));
  for (const system of systems.splice(0)) system.remove();
});

async function withUnit(more: { restart?: 'always'; env?: Record<string, string> } = {}) {
  const system = standInSystemd();
  systems.push(system);
  const port = await freePort();
  const env = { OLLAMA_HOST: `127.0.0.1:${port}`, ...more.env };
  system.unit(UNIT, { ...more, exec: [standIn('ollama'), 'serve'], env });
  return { system, port };
}

async function start(text: string, options?: { data?: string }): Promise<TestHost> {
  const test = await startTestHost(text, options);
  hosts.push(test);
  return test;
}

const logOf = async ({ call }: TestHost) => {
  const { lines } = await call('logs.read', { engine: 'ollama', after: null, before: null, limit: 200 });
  return lines.map((line) => line.text);
};

describe('an engine that a systemd unit runs (stand-ins for systemctl, journalctl and Ollama)', () => {
  it('is started through its unit, tells its lines and its pid, and is stopped at quit because we started it', async () => {
    const { system, port } = await withUnit();
    const test = await start(config(port));
    expect((await test.call('engines.start', only))[0]).toEqual({ engine: 'ollama', ok: true, cause: null });
    const { MainPID } = system.state(UNIT);
    await until('its pid is known', () => test.engine('ollama').pid === MainPID);
    expect(test.engine('ollama')).toMatchObject({ owner: 'systemd', phase: 'ready', port });
    await until('its lines are in the log', async () =>
      (await logOf(test)).some((text) => text.includes('Listening on')),
    );
    await test.host.stop();
    expect(isAlive(MainPID)).toBe(false);
    expect(system.state(UNIT).ActiveState).toBe('inactive');
    expect(await isFree(port)).toBe(true);
  });

  it('is started again through its unit when it is killed', async () => {
    const { system, port } = await withUnit();
    const test = await start(config(port));
    await test.call('engines.start', only);
    const first = system.state(UNIT).MainPID;
    process.kill(first, 'SIGKILL');
    await test.shows(
      'it runs again',
      (s) => s.engines[0]?.phase === 'ready' && ![null, first].includes(s.engines[0].pid),
    );
    expect(test.engine('ollama').restarts).toBe(1);
    const detail = await test.call('engine.detail', { engine: 'ollama' });
    expect(detail.crashes[0]).toMatchObject({ signal: 'SIGKILL', cause: { code: 'exited' } });
    expect(system.state(UNIT).MainPID).toBe(test.engine('ollama').pid);
  });

  it('is used as it is when it runs already, its old lines not repeated, and left running at quit', async () => {
    const { system, port } = await withUnit();
    system.control('start', UNIT);
    await until('it listens', async () => !(await isFree(port)));
    const test = await start(config(port));
    await until('it is used', () => test.engine('ollama').phase === 'ready');
    const { MainPID } = system.state(UNIT);
    await until('its pid is known', () => test.engine('ollama').pid === MainPID);
    expect(test.engine('ollama').owner).toBe('systemd');
    expect((await logOf(test)).some((text) => text.includes('Listening on'))).toBe(false);
    await test.host.stop();
    expect(system.state(UNIT)).toMatchObject({ ActiveState: 'active', MainPID });
    expect(isAlive(MainPID)).toBe(true);
  });

  it('is stopped by a person even when it ran before', async () => {
    const { system, port } = await withUnit();
    system.control('start', UNIT);
    const test = await start(config(port));
    await until('it is used', () => test.engine('ollama').phase === 'ready');
    const { MainPID } = system.state(UNIT);
    expect((await test.call('engines.stop', only))[0]).toEqual({ engine: 'ollama', ok: true, cause: null });
    expect(system.state(UNIT).ActiveState).toBe('inactive');
    expect(isAlive(MainPID)).toBe(false);
  });

  it('is followed when systemd itself starts it again, and still stopped at quit', async () => {
    const { system, port } = await withUnit({ restart: 'always' });
    const test = await start(config(port));
    await test.call('engines.start', only);
    const first = system.state(UNIT).MainPID;
    process.kill(first, 'SIGKILL');
    await test.shows(
      'the next one is used',
      (s) => s.engines[0]?.phase === 'ready' && ![null, first].includes(s.engines[0].pid),
    );
    const { pid } = test.engine('ollama');
    expect(system.state(UNIT).MainPID).toBe(pid);
    await test.host.stop();
    expect(system.state(UNIT).ActiveState).toBe('inactive');
    expect(isAlive(pid ?? 0)).toBe(false);
  });

  it('says why it can’t be run: no such unit, and no session with a systemd', async () => {
    const { system, port } = await withUnit();
    const test = await start(config(port).replace(UNIT, 'nothing.service'));
    expect((await test.call('engines.start', only))[0]?.cause).toMatchObject({
      code: 'unit_missing',
      message: expect.stringContaining('nothing.service'),
    });
    system.remove();
    systems.splice(0);
    systems.push(standInSystemd({ session: false }));
    const [up] = await test.call('engines.start', only);
    expect(up?.cause).toMatchObject({
      code: 'systemd_unavailable',
      message: expect.stringContaining('No medium found'),
      hint: expect.stringContaining('loginctl enable-linger'),
    });
    expect(test.engine('ollama')).toMatchObject({ phase: 'failed', pid: null, restarts: 0 });
  });
});

describe('a server of a systemd unit that is taken over', () => {
  const owner = (scope: 'user' | 'system', pid: number): ForeignOwner => ({
    by: 'systemd',
    pid,
    name: 'ollama',
    user: null,
    mine: scope === 'user',
    unit: { name: UNIT, scope },
    parent: null,
  });
  const place = (port: number) => ({ engine: 'ollama', host: '127.0.0.1', port, expected: null, patience: 10_000 });

  it('is ended through systemd, the user’s own', async () => {
    const { system, port } = await withUnit();
    system.control('start', UNIT);
    await until('it listens', async () => !(await isFree(port)));
    const { MainPID } = system.state(UNIT);
    await endServer(place(port), owner('user', MainPID));
    expect(system.state(UNIT).ActiveState).toBe('inactive');
    expect(isAlive(MainPID)).toBe(false);
  });

  it('is left alone with the exact command where we have no right to stop it', async () => {
    const { system, port } = await withUnit();
    system.control('start', UNIT);
    const { MainPID } = system.state(UNIT);
    await expect(endServer(place(port), owner('system', MainPID))).rejects.toMatchObject({
      code: 'takeover_refused',
      hint: `Run \`sudo systemctl stop ${UNIT}\`.`,
    });
    expect(isAlive(MainPID)).toBe(true);
  });
});
