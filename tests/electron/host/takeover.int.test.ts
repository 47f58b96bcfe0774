import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isListening } from '../../../electron/host/ports.ts';
import { vacate } from '../../../electron/host/takeover.ts';
import { startTestHost } from '../../support/host.ts';
import { freePort } from '../../support/ports.ts';
import { isAlive, stop } from '../../support/processes.ts';
import { type StandIn, standIn, startStandIn } from '../../support/stand-ins.ts';
import { top } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const config = (port: number, more = '') => `version: 1
gateway: { port: 0 }
engines:
  ollama: { kind: ollama, port: ${port}, command: ${JSON.stringify(standIn('ollama'))} ${more} }
`;
const ask = (pid: number | null) => ({ engine: 'ollama', pid, wait_ms: 60_000 });

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function adopted(options: Parameters<typeof startStandIn>[1] = {}, more = '') {
  const server: StandIn = await startStandIn('ollama', options);
  ends.push(() => server.stop());
  const test = await startTestHost(config(server.port, more));
  await until('it is adopted and its owner named', () => test.engine('ollama').run_by?.pid === server.pid);
  expect(test.engine('ollama')).toMatchObject({ owner: 'external', adopted: true });
  return { server, ...test };
}

describe.skipIf(process.getuid?.() !== 0)('another user’s server (only root can start one)', () => {
  it('is never signalled', async () => {
    const port = await freePort();
    const nobody = 65_534;
    const code = `require('node:http').createServer((_, r) => r.end('Ollama is running')).listen(${port}, '127.0.0.1')`;
    const theirs = spawn(process.execPath, ['-e', code], { uid: nobody, gid: nobody, cwd: '/', stdio: 'ignore' });
    ends.push(() => stop(theirs));
    await until('it listens', () => isListening('127.0.0.1', port));
    const place = { engine: 'ollama', host: '127.0.0.1', port, expected: null, patience: 1_000 };
    await expect(vacate(place)).rejects.toMatchObject({
      code: 'takeover_refused',
      message: expect.stringContaining('another user’s process'),
      hint: `Stop it as that user, or run \`sudo kill ${theirs.pid}\`.`,
    });
    expect(isAlive(theirs.pid ?? 0)).toBe(true);
  });
});

describe('takeover of an adopted server (a stand-in for Ollama)', () => {
  it('asks the user’s own process to end, and runs its own in its place', async () => {
    const { server, call, engine } = await adopted();
    expect(await call('engine.takeover', ask(server.pid))).toEqual([{ engine: 'ollama', ok: true, cause: null }]);
    expect(isAlive(server.pid)).toBe(false);
    expect(engine('ollama')).toMatchObject({ owner: 'managed', phase: 'ready', port: server.port, run_by: null });
    expect(engine('ollama').pid).not.toBe(server.pid);
  });

  it('signals nothing when another process has the port than the one that was shown', async () => {
    const { server, call, engine } = await adopted();
    await expect(call('engine.takeover', ask(process.pid))).rejects.toMatchObject({ code: 'takeover_refused' });
    expect((await server.state()).pid).toBe(server.pid);
    expect(engine('ollama').owner).toBe('external');
  });

  it('never goes further than TERM', async () => {
    const { server, call, engine } = await adopted({ faults: 'ignore-term' });
    ends.unshift(() => stop(server.child, 'SIGKILL'));
    await expect(call('engine.takeover', ask(null))).rejects.toMatchObject({
      code: 'takeover_refused',
      message: expect.stringContaining('had not after 10 s'),
    });
    expect((await server.state()).pid).toBe(server.pid);
    expect(engine('ollama')).toMatchObject({ owner: 'external', phase: 'ready' });
  });

  it('is refused when something brings the server back', async () => {
    const port = await freePort();
    const app = spawn(
      process.execPath,
      [join(top, 'tests/fixtures/programs/respawner.mjs'), standIn('ollama'), 'serve'],
      { env: { ...process.env, OLLAMA_HOST: `127.0.0.1:${port}` }, stdio: 'ignore' },
    );
    ends.push(() => stop(app));
    await until('its server listens', () => isListening('127.0.0.1', port));
    const { call, engine } = await startTestHost(config(port));
    await until('it is adopted', () => engine('ollama').run_by !== null);
    await expect(call('engine.takeover', ask(null))).rejects.toMatchObject({
      code: 'takeover_refused',
      message: expect.stringContaining('another took its place'),
    });
    await until(
      'it is used again',
      () => engine('ollama').owner === 'external' && engine('ollama').phase === 'ready',
    );
  });

  it('is refused for an engine that the config leaves to others', async () => {
    const { server, call } = await adopted();
    const { revision } = await call('config.read', {});
    await call('config.apply', {
      text: config(server.port, ', mode: external').replace(/, command: \S+/, ''),
      if_revision: revision,
    });
    await expect(call('engine.takeover', ask(server.pid))).rejects.toMatchObject({
      code: 'takeover_refused',
      hint: expect.stringContaining('`mode: auto`'),
    });
    expect((await server.state()).pid).toBe(server.pid);
  });
});
