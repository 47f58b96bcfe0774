/** `up`, `down` and `restart` of engines that somebody else runs: waited for and never touched. */
import { afterEach, describe, expect, it } from 'vitest';
import { json, startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';
import { startTestHost } from '../../support/host.ts';
import { freePort } from '../../support/ports.ts';
import { recording } from '../../support/recordings.ts';
import { standIn, startStandIn } from '../../support/stand-ins.ts';
import { type CliRun, cli, startCli } from './cli-run.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const replay = (name: string): Upstream['answer'] => {
  const { status, json: body } = recording('llama-server', name).response;
  return json(status, body);
};

/** A host with one engine, and the command line before it. */
async function hostOf(engine: string) {
  const at = await startTestHost(`version: 1\ngateway: { port: 0 }\nengines:\n  theirs: ${engine}\n`);
  await at.gateway();
  const words = (given: readonly string[]) => [...given, '--config', at.config, '--data-dir', at.data];
  return {
    ...at,
    stackyard: (...given: string[]) => cli(words(given)),
    begin: (...given: string[]): CliRun => startCli(words(given)),
  };
}

describe('an engine that somebody else runs', () => {
  it('is up once it is adopted and ready; `down` and `restart` leave it alone (a stand-in for Ollama)', async () => {
    const server = await startStandIn('ollama');
    stops.push(() => server.stop());
    const command = JSON.stringify(standIn('ollama'));
    const { stackyard, engine } = await hostOf(`{ kind: ollama, port: ${server.port}, command: ${command} }`);
    for (let i = 0; i < 2; i += 1) {
      const up = await stackyard('up', 'theirs');
      expect(up.code, up.err).toBe(0);
      expect(up.out).toMatch(/theirs +ready/);
      expect(engine('theirs')).toMatchObject({ owner: 'external', phase: 'ready' });
    }
    for (const verb of ['down', 'restart']) {
      const left = await stackyard(verb, 'theirs');
      expect(left.code).toBe(1);
      expect(left.err).toContain('run by somebody else');
    }
    expect((await server.state()).pid).toBe(server.pid);
    expect(engine('theirs').phase).toBe('ready');
  });

  it('fails `up` with what is wrong while nothing answers, and is looked at anew by each (a stand-in for Ollama)', async () => {
    const port = await freePort();
    // By itself it would be looked at again in an hour.
    const { stackyard } = await hostOf(
      `{ kind: ollama, mode: external, port: ${port}, start: with-app, health: { every: 1h } }`,
    );
    for (const names of [['theirs'], []]) {
      const silent = await stackyard('up', ...names);
      expect(silent.code).toBe(1);
      expect(silent.err).toContain(`error: theirs: Nothing listens at 127.0.0.1:${port}`);
      expect(silent.err).not.toContain('run by somebody else');
    }
    const server = await startStandIn('ollama', { port });
    stops.push(() => server.stop());
    const up = await stackyard('up', 'theirs');
    expect(up.code, up.err).toBe(0);
  });

  it('is waited for while it loads (llama-server’s recorded answers)', async () => {
    const server: Upstream = await startUpstream(replay('health-loading'));
    stops.push(() => server.close());
    const { begin, stackyard, shows } = await hostOf(`{ kind: llama.cpp, mode: external, port: ${server.port} }`);
    await shows('it loads', ({ engines }) => engines[0]?.phase === 'loading');
    const late = await stackyard('up', 'theirs', '--timeout', '1ms');
    expect(late.code).toBe(1);
    expect(late.err).toContain('theirs is still loading');
    const up = begin('up', 'theirs');
    server.answer = (seen) => replay(seen.url === '/health' ? 'health-ready' : 'v1-models')(seen);
    expect(await up.code, up.err()).toBe(0);
  });
});
