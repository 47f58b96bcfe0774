/** That the stand-ins (tests/fixtures/engines) do wrong what they are asked to; what they do right is held to the recordings. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { freePort, isFree } from './ports.ts';
import { isAlive } from './processes.ts';
import { type StandIn, type StandInKind, standIn, startStandIn } from './stand-ins.ts';
import { describeNeeding } from './tools.ts';
import { until } from './until.ts';

const KINDS: readonly StandInKind[] = ['ollama', 'vllm', 'llama-cpp-python'];
const running: StandIn[] = [];
const strays: number[] = [];

async function start(kind: StandInKind, faults = '', env: Record<string, string> = {}): Promise<StandIn> {
  const one = await startStandIn(kind, { faults, env });
  running.push(one);
  const { child } = await one.state();
  if (child !== null) strays.push(child);
  return one;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  for (const pid of strays.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

const MODEL = { ollama: 'tiny', vllm: 'stand-in/model', 'llama-cpp-python': 'stand-in' } as const;

const chat = (one: StandIn, kind: StandInKind, more: object = {}) =>
  fetch(`${one.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL[kind], messages: [{ role: 'user', content: 'Hello' }], ...more }),
  });

describeNeeding(['posix'], 'each stand-in', () => {
  it.each(KINDS)('%s says who it is, whole and in pieces', async (kind) => {
    const one = await start(kind);
    const whole = (await (await chat(one, kind)).json()) as { choices: { message: { content: string } }[] };
    expect(whole.choices[0]?.message.content).toMatch(/stand-in, answering as/);
    const text = await (await chat(one, kind, { stream: true })).text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect((await one.state()).generations).toBe(2);
  });

  it.each(KINDS)('%s crashes at the N-th generation, and in the middle of a stream', async (kind) => {
    const one = await start(kind, 'crash-after=2');
    expect((await chat(one, kind)).status).toBe(200);
    const ended = once(one.child, 'exit');
    await expect(chat(one, kind)).rejects.toThrow();
    expect(await ended).toEqual([null, 'SIGSEGV']);

    const other = await start(kind, 'crash-mid-stream');
    const answer = await chat(other, kind, { stream: true });
    await expect(answer.text()).rejects.toThrow();
  });

  it.each(KINDS)('%s ignores TERM, and leaves a child that outlives its KILL', async (kind) => {
    const one = await start(kind, 'ignore-term,grandchild,hold=1');
    const { child } = await one.state();
    one.child.kill('SIGTERM');
    expect((await chat(one, kind)).status).toBe(200);
    one.child.kill('SIGKILL');
    await once(one.child, 'exit');
    expect(isAlive(child ?? 0)).toBe(true);
  });

  it.each(KINDS)('%s stalls, wholly or only where a model would work', async (kind) => {
    const one = await start(kind, 'stall=generation');
    expect((await fetch(`${one.url}/v1/models`)).status).toBe(200);
    const abort = new AbortController();
    const answer = fetch(`${one.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: MODEL[kind], messages: [] }),
      signal: abort.signal,
    });
    await until('asked', async () => (await one.state()).requests['POST /v1/chat/completions'] === 1);
    abort.abort();
    await expect(answer).rejects.toThrow();
    await one.fault('stall=off');
    expect((await chat(one, kind)).status).toBe(200);
  });

  it.each(KINDS)('%s answers 503 while it says that it is loading', async (kind) => {
    const one = await start(kind, 'loading=600000');
    expect((await chat(one, kind)).status).toBe(503);
    await one.fault('loading=off');
    expect((await chat(one, kind)).status).toBe(200);
  });

  it.each(KINDS)('%s says in its engine’s words that memory or port is wanting', async (kind) => {
    const args = kind === 'llama-cpp-python' ? ['-m', 'llama_cpp.server', '--model', standIn(kind)] : ['serve', 'm'];
    const ends = (faults: string) =>
      spawnSync(standIn(kind), args, { env: { ...process.env, STAND_IN_FAULTS: faults }, encoding: 'utf8' });
    expect(ends('out-of-memory')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/memory|failed to alloc/),
    });
    expect(ends('port-busy')).toMatchObject({ status: 1, stderr: expect.stringMatching(/address already in use/i) });
    const one = await start(kind);
    await expect(startStandIn(kind, { port: one.port })).rejects.toThrow(/address already in use/i);
  });

  it.each(KINDS)('%s is gone after TERM, with its port free', async (kind) => {
    const one = await start(kind, 'engine-core');
    const { child } = await one.state();
    one.child.kill('SIGTERM');
    await once(one.child, 'exit');
    await until('its child is gone', () => !isAlive(child ?? 0));
    expect(await isFree(one.port)).toBe(true);
  });
});

describeNeeding(['posix'], 'a stand-in alone', () => {
  it('listens late when asked to', async () => {
    const port = await freePort();
    const slow = startStandIn('vllm', { faults: 'slow-start=300', port });
    expect(await isFree(port)).toBe(true);
    running.push(await slow);
  });

  it('vLLM: guards /v1 with its key and nothing else', async () => {
    const one = await start('vllm', '', { VLLM_API_KEY: 'k' });
    expect((await fetch(`${one.url}/v1/models`)).status).toBe(401);
    expect((await fetch(`${one.url}/metrics`)).status).toBe(200);
  });

  it('llama-cpp-python: a second request ends the first one’s stream, unless it is told not to', async () => {
    const reason = async (env: Record<string, string>) => {
      const one = await start('llama-cpp-python', 'pace=30,tokens=20', env);
      const first = chat(one, 'llama-cpp-python', { stream: true }).then((answer) => answer.text());
      await until('it runs', async () => (await one.state()).generations === 1);
      await fetch(`${one.url}/v1/models`);
      return /"finish_reason":"(\w+)"/.exec(await first)?.[1] ?? null;
    };
    expect(await reason({})).toBeNull();
    expect(await reason({ INTERRUPT_REQUESTS: 'false' })).toBe('stop');
  });
});
