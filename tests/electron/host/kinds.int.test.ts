/**
 * Each kind that no test machine can have, from start to stop, with a stand-in as its command: started by its profile's own
 * arguments, ready, asked through the gateway, its models listed, loaded and unloaded, stopped with proof.
 */
import OpenAI from 'openai';
import { expect, it } from 'vitest';
import { startTestHost, type TestHost } from '../../support/host.ts';
import { freePort, isFree } from '../../support/ports.ts';
import { isAlive } from '../../support/processes.ts';
import { emptyModel, type StandInKind, type StandInState, standIn, startStandIn } from '../../support/stand-ins.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until, untilEqual } from '../../support/until.ts';

const only = (name: string) => ({ names: [name], wait_ms: 60_000 });
const hi = [{ role: 'user' as const, content: 'Hi' }];

/** A config of one engine `it`, managed, of this kind; `more` are further lines of it. */
const config = (kind: StandInKind, ...more: string[]) => `version: 1
gateway: { port: 0 }
engines:
  it:
    kind: ${kind}
    mode: managed
    command: ${JSON.stringify(standIn(kind))}
${kind === 'ollama' ? '' : `    model: ${kind === 'vllm' ? 'org/model' : JSON.stringify(emptyModel())}\n`}${more.map((line) => `    ${line}\n`).join('')}`;

async function up(text: string): Promise<TestHost & { client: OpenAI; state(): Promise<StandInState> }> {
  const host = await startTestHost(text);
  const [outcome] = await host.call('engines.start', only('it'));
  expect(outcome).toEqual({ engine: 'it', ok: true, cause: null });
  const client = new OpenAI({ baseURL: `${await host.gateway()}/v1`, apiKey: 'none', maxRetries: 0 });
  const state = async () =>
    (await (await fetch(`http://127.0.0.1:${host.engine('it').port}/stand-in`)).json()) as StandInState;
  return { ...host, client, state };
}

const modelsOf = (host: TestHost) =>
  Object.fromEntries(
    host.host
      .snapshot()
      .models.filter((m) => m.origin === 'discovered')
      .map((m) => [m.id, m.targets[0]?.phase]),
  );

async function downWithProof(host: TestHost): Promise<void> {
  const { pid, port } = host.engine('it');
  expect(pid).not.toBeNull();
  expect(await host.call('engines.stop', only('it'))).toEqual([{ engine: 'it', ok: true, cause: null }]);
  expect(host.engine('it')).toMatchObject({ phase: 'stopped', pid: null });
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(await isFree(port ?? 0)).toBe(true);
}

describeNeeding(['posix'], 'the stand-in for Ollama', () => {
  const text = config('ollama', 'env: { STAND_IN_MODELS: "tiny,other:7b", STAND_IN_FAULTS: "load=150" }');

  it('is started, lists what is on its disk, answers, whole and streamed, and is stopped', async () => {
    const host = await up(text);
    await until('its version', () => /^\d/.test(host.engine('it').version ?? ''));
    await until('its models', () => modelsOf(host)['tiny:latest']);
    expect(modelsOf(host)).toEqual({ 'tiny:latest': 'not_loaded', 'other:7b': 'not_loaded' });

    // By the name that Ollama's own clients use, without the tag.
    const answer = await host.client.chat.completions.create({ model: 'tiny', messages: hi });
    expect(answer.choices[0]?.message.content).toContain('the Ollama stand-in, answering as tiny:latest');
    const stream = await host.client.chat.completions.create({
      model: 'it/other:7b',
      messages: hi,
      stream: true,
      stream_options: { include_usage: true },
    });
    let tokens: number | undefined;
    for await (const chunk of stream) tokens = chunk.usage?.completion_tokens ?? tokens;
    expect(tokens).toBeGreaterThan(3);
    const embedding = await host.client.embeddings.create({ model: 'tiny', input: 'Hello' });
    expect(embedding.data[0]?.embedding).toHaveLength(8);
    await downWithProof(host);
  });

  it('loads and unloads single models by command, with or without the tag', async () => {
    const host = await up(text);
    await until('its models', () => modelsOf(host)['tiny:latest']);
    expect(await host.call('model.load', { model: 'tiny', engine: null })).toEqual([
      { engine: 'it', ok: true, cause: null },
    ]);
    expect(modelsOf(host)).toEqual({ 'tiny:latest': 'ready', 'other:7b': 'not_loaded' });
    expect(await host.call('model.unload', { model: 'tiny:latest', engine: null })).toEqual([
      { engine: 'it', ok: true, cause: null },
    ]);
    expect(modelsOf(host)).toEqual({ 'tiny:latest': 'not_loaded', 'other:7b': 'not_loaded' });
  });

  it('loads a model for embeddings alone too', async () => {
    const host = await up(config('ollama', 'env: { STAND_IN_MODELS: "tiny-embed" }'));
    await until('its models', () => modelsOf(host)['tiny-embed:latest']);
    expect(await host.call('model.load', { model: 'tiny-embed', engine: null })).toEqual([
      { engine: 'it', ok: true, cause: null },
    ]);
    expect(modelsOf(host)).toEqual({ 'tiny-embed:latest': 'ready' });
  });

  it('says why a model is not loaded, from Ollama’s words', async () => {
    const host = await up(config('ollama', 'env: { STAND_IN_MODELS: tiny, STAND_IN_FAULTS: refuse-load }'));
    await until('its models', () => modelsOf(host)['tiny:latest']);
    const [outcome] = await host.call('model.load', { model: 'tiny', engine: null });
    expect(outcome).toMatchObject({
      ok: false,
      cause: { code: 'out_of_memory', message: expect.stringContaining('needs 12.4 GiB of memory') },
    });
  });

  it('has the phase of a target that is written without the tag', async () => {
    const host = await up(`${text}models:\n  mine: { targets: [{ engine: it, model: tiny }] }\n`);
    const phase = () => host.host.snapshot().models.find((m) => m.id === 'mine')?.targets[0]?.phase;
    await until('it is known', () => phase() === 'not_loaded');
    await host.call('model.load', { model: 'mine', engine: null });
    expect(phase()).toBe('ready');
  });
});

describeNeeding(['posix'], 'the stand-in for vLLM', () => {
  it('is started with its key by variable, ready once its port opens, answers, and is stopped with its child', async () => {
    const faults = 'slow-start=400,engine-core';
    const host = await up(config('vllm', 'api_key: quite-secret', `env: { STAND_IN_FAULTS: "${faults}" }`));
    await untilEqual('its models', () => modelsOf(host), { 'org/model': 'ready' });
    expect(host.engine('it').command).not.toContain('quite-secret');
    const { child } = await host.state();
    const answer = await host.client.chat.completions.create({ model: 'org/model', messages: hi });
    expect(answer.choices[0]?.message.content).toContain('the vLLM stand-in');
    const stream = await host.client.chat.completions.create({ model: 'org/model', messages: hi, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toContain('the vLLM stand-in');
    await downWithProof(host);
    expect(isAlive(child ?? 0)).toBe(false);
  });

  it('has its engine process ended too when it is killed', async () => {
    const host = await up(config('vllm', 'env: { STAND_IN_FAULTS: "engine-core,hold=1" }'));
    const { child, pid } = await host.state();
    process.kill(pid, 'SIGKILL');
    await until('another run', () => host.engine('it').phase === 'ready' && host.engine('it').pid !== pid);
    expect(isAlive(child ?? 0)).toBe(false);
    await downWithProof(host);
  });

  it('is said to serve one model for as long as it runs', async () => {
    const host = await up(config('vllm'));
    await until('its model', () => modelsOf(host)['org/model']);
    const [outcome] = await host.call('model.unload', { model: 'org/model', engine: null });
    expect(outcome).toMatchObject({ ok: false, cause: { code: 'not_loadable' } });
  });
});

describeNeeding(['posix'], 'the stand-in for llama-cpp-python', () => {
  it('is started, answers under the name of its file, and is stopped', async () => {
    const host = await up(config('llama-cpp-python', 'api_key: quite-secret'));
    await untilEqual('its models', () => modelsOf(host), { 'stand-in': 'ready' });
    await untilEqual('its version', () => host.engine('it').version, '0.3.35');
    const answer = await host.client.chat.completions.create({ model: 'stand-in', messages: hi });
    expect(answer.choices[0]?.message.content).toContain('the llama-cpp-python stand-in');
    await downWithProof(host);
  });

  it('is where it is looked for, whatever HOST and PORT say', async () => {
    const other = await freePort();
    const host = await up(config('llama-cpp-python', `env: { PORT: "${other}", HOST: "203.0.113.1" }`));
    expect(host.engine('it').port).not.toBe(other);
    await downWithProof(host);
  });

  it('gets one request at a time, and no probe disturbs an answer', async () => {
    const faults = 'pace=40,tokens=40';
    const host = await up(
      // As somebody else's would: whoever comes second cuts the first one off.
      config(
        'llama-cpp-python',
        'health: { every: 50ms }',
        `env: { INTERRUPT_REQUESTS: "true", STAND_IN_FAULTS: "${faults}" }`,
      ),
    );
    await until('its model', () => modelsOf(host)['stand-in']);
    const ask = async () => {
      const stream = await host.client.chat.completions.create({ model: 'stand-in', messages: hi, stream: true });
      let reason: string | null | undefined;
      for await (const chunk of stream) reason = chunk.choices[0]?.finish_reason ?? reason;
      return reason;
    };
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['stop', 'stop', 'stop']);
    const { requests } = await host.state();
    expect(requests['GET /v1/models']).toBe(1);
    expect(requests['GET /openapi.json']).toBeGreaterThan(1);
  });
});

describeNeeding(['posix'], 'somebody else’s server as `openai`, the stand-in for vLLM', () => {
  const external = (url: string, more = '') =>
    startTestHost(
      `version: 1\ngateway: { port: 0 }\nengines:\n  it: { kind: openai, url: "${url}", health: { every: 100ms }${more} }\n`,
    );

  it('is used with its key and its base path, and is left alone', async () => {
    const server = await startStandIn('vllm', { env: { VLLM_API_KEY: 'quite-secret' } });
    try {
      const host = await external(`${server.url}/v1/`, ', api_key: quite-secret');
      await untilEqual('its models', () => modelsOf(host), { 'stand-in/model': 'ready' });
      const client = new OpenAI({ baseURL: `${await host.gateway()}/v1`, apiKey: 'none', maxRetries: 0 });
      const answer = await client.chat.completions.create({ model: 'stand-in/model', messages: hi });
      expect(answer.choices[0]?.message.content).toContain('the vLLM stand-in');
      await host.host.stop();
      expect(isAlive(server.pid)).toBe(true);
    } finally {
      await server.stop();
    }
  });

  it('says that its key is missing', async () => {
    const server = await startStandIn('vllm', { env: { VLLM_API_KEY: 'quite-secret' } });
    try {
      const host = await external(`${server.url}/v1`);
      await host.shows('why', (s) => /HTTP 401.*`api_key`/.test(s.engines[0]?.cause?.message ?? ''));
      expect(host.engine('it').phase).not.toBe('ready');
    } finally {
      await server.stop();
    }
  });
});
