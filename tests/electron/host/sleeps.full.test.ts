/** What looks like death and is none: a host that was stopped for a while, an engine that was, a long prompt. Nothing restarts. */
import { expect, it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { isAlive } from '../../support/processes.ts';
import { type Served, serve } from '../../support/serve.ts';
import { type StandInState, standIn } from '../../support/stand-ins.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { send } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

/** Longer than the gap in its own tick by which a host knows that the computer slept. */
const SLEEP = 12_000;

const config = `version: 1
gateway: { port: 0 }
engines:
  llama:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "llama-model"]
    health: { every: 200ms, failures: 1 }
  vllm:
    kind: vllm
    command: ${JSON.stringify(standIn('vllm'))}
    model: vllm-model
    health: { every: 200ms, failures: 1 }
  loading:
    kind: vllm
    command: ${JSON.stringify(standIn('vllm'))}
    model: loading-model
    ready_timeout: 8s
    env: { STAND_IN_FAULTS: "slow-start=20000" }
`;

const engine = async (served: Served, name: string) => {
  const { engines } = await served.status();
  const found = engines.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no engine ${name}`);
  return found;
};

describeNeeding(['llama-server', 'linux'], 'a host that is stopped for longer than its tick and goes on', () => {
  it('restarts nothing, gives up nothing, and its engines answer', async () => {
    const served = await serve(config);
    expect((await served.run('up', 'llama', 'vllm')).code).toBe(0);
    await served.run('up', 'loading', '--no-wait');
    const before = (await served.status()).engines;
    expect(before.map(({ phase }) => phase)).toEqual(['ready', 'ready', 'starting']);
    served.child.kill('SIGSTOP');
    // The sleep itself is what is tested: nothing happens in it that could be waited for.
    await new Promise((resolve) => setTimeout(resolve, SLEEP));
    served.child.kill('SIGCONT');
    for (const model of ['llama-model', 'vllm-model'])
      expect(await send(served.gateway, model)).toMatchObject({ how: 'answered' });
    const after = (await served.status()).engines;
    expect(after.map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
    const rows = after as unknown as { restarts: number; phase: string }[];
    expect(rows.map(({ restarts }) => restarts)).toEqual([0, 0, 0]);
    // Its 8 s went by while nobody lived through them.
    expect(rows[2]?.phase).toMatch(/^(starting|ready)$/);
    expect((await served.run('logs')).out).toContain('The computer woke up');
    await served.run('down');
    expect(before.map(({ pid }) => isAlive(pid ?? 0))).toEqual([false, false, false]);
    expect((await engine(served, 'loading')).phase).toBe('stopped');
  });
});

const one = (more: string) => `version: 1
gateway: { port: 0 }
engines:
  one:
    kind: vllm
    command: ${JSON.stringify(standIn('vllm'))}
    model: one-model
    health: { every: 200ms, failures: 2 }
${more}`;

describeNeeding(['linux'], 'a stand-in engine that', () => {
  it('only answers its probes while it reads a long prompt stays as it is', async () => {
    const host = await startTestHost(one(''));
    const url = await host.gateway();
    await host.call('engines.start', { names: ['one'], wait_ms: 30_000 });
    const { pid, url: root } = host.engine('one');
    const state = async () => (await (await fetch(`${root}/stand-in`)).json()) as StandInState;
    await fetch(`${root}/stand-in/faults`, { method: 'POST', body: 'stall=generation' });
    const leaving = new AbortController();
    const prompt = fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      signal: leaving.signal,
      body: JSON.stringify({ model: 'one-model', messages: [{ role: 'user', content: 'long' }] }),
    });
    await until('it is in flight', () => host.engine('one').in_flight === 1);
    const probes = async () => (await state()).requests['GET /health'] ?? 0;
    const first = await probes();
    await until('many probes were answered meanwhile', async () => (await probes()) >= first + 25);
    expect(host.engine('one')).toMatchObject({ phase: 'ready', pid, in_flight: 1, restarts: 0 });
    leaving.abort();
    await expect(prompt).rejects.toThrow();
    expect(host.seen.every(({ engines }) => engines[0]?.phase !== 'unhealthy')).toBe(true);
  });

  it('is stopped for a while itself and goes on is not restarted: half a minute of silence is not over', async () => {
    const host = await startTestHost(one(''));
    const url = await host.gateway();
    await host.call('engines.start', { names: ['one'], wait_ms: 30_000 });
    const { pid } = host.engine('one');
    process.kill(pid ?? 0, 'SIGSTOP');
    const asked = send(url, 'one-model');
    // Two probes that time out after 5 s each are more than the two failures that are allowed.
    await new Promise((resolve) => setTimeout(resolve, SLEEP));
    expect(host.engine('one')).toMatchObject({ phase: 'ready', pid });
    process.kill(pid ?? 0, 'SIGCONT');
    expect(await asked).toMatchObject({ how: 'answered' });
    expect(host.engine('one')).toMatchObject({ phase: 'ready', pid, restarts: 0 });
  });
});
