/** The stand-ins for Ollama and llama-cpp-python give what the real ones gave, as far as a client can tell. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RecordedEngine, recordedFile, recording, shapeOf, streamShapes } from '../../support/recordings.ts';
import { type StandIn, startStandIn } from '../../support/stand-ins.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

/** Sends what was recorded, and compares status, type and shape of what comes. */
async function compare(one: StandIn, engine: RecordedEngine, name: string): Promise<void> {
  const { request, response } = recording(engine, name);
  const { body } = request;
  const answer = await fetch(`${one.url}${request.path}`, {
    method: request.method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect({ status: answer.status, type: mediaType(answer.headers.get('content-type')) }).toEqual({
    status: response.status,
    type: mediaType(response.headers['content-type'] ?? null),
  });
  if (response.pieces) {
    const pieces = response.pieces.map(({ data }) => data).join('');
    expect(streamShapes(text)).toEqual(streamShapes(pieces));
  } else if (response.json !== undefined) expect(shapeOf(JSON.parse(text))).toEqual(shapeOf(response.json));
  else expect(text).toBe(response.text ?? '');
}

const mediaType = (header: string | null) => header?.split(';')[0] ?? null;

describeNeeding(['posix'], 'the Ollama stand-in', () => {
  let one: StandIn;
  beforeAll(async () => {
    one = await startStandIn('ollama', { env: { STAND_IN_MODELS: 'tiny,second:7b' } });
  });
  afterAll(() => one.stop());

  // In this order: what is loaded when is part of it.
  it.each([
    ...['root', 'version', 'ps-empty', 'not-found', 'tags', 'v1-models', 'v1-model', 'ps-nothing-loaded'],
    ...['load', 'ps-loaded', 'chat', 'chat-stream', 'generate', 'generate-stream', 'generate-length', 'embed'],
    ...['v1-chat', 'v1-chat-stream', 'v1-completions', 'v1-completions-stream', 'v1-embeddings'],
    ...[
      'unload',
      'ps-after-unload',
      'load-any',
      'ps-loaded',
      'unload',
      'ps-after-unload',
      'pull-missing',
      'pull-missing-whole',
      'pull-bad-name',
    ],
    ...['missing-generate', 'missing-chat', 'missing-show', 'missing-unload', 'missing-v1-chat'],
    ...[
      'missing-v1-embeddings',
      'missing-embed',
      'missing-delete',
      'bad-json',
      'bad-json-v1',
      'no-body',
      'no-messages-v1',
    ],
  ])('answers %s as the real one did', (name) => compare(one, 'ollama', name));

  it('has none of its models gone from memory sooner or later for being looked at, as the real one', async () => {
    const { seen } = recordedFile('ollama', 'polled-while-loaded-for-2s') as {
      seen: { models: { expires_at: string }[] }[];
    };
    expect(new Set(seen.flatMap(({ models }) => models.map((m) => m.expires_at))).size).toBe(1);
    expect(seen.at(-1)?.models).toEqual([]);

    const body = JSON.stringify({ model: 'tiny', keep_alive: '400ms', stream: false });
    await fetch(`${one.url}/api/generate`, { method: 'POST', body });
    const loaded = async () => {
      const ps = (await (await fetch(`${one.url}/api/ps`)).json()) as { models: unknown[] };
      return ps.models.length;
    };
    expect(await loaded()).toBe(1);
    await until('it left', async () => (await loaded()) === 0);
  });

  it('ends as the real one: code 0, what is open is broken off', async () => {
    const ends = recordedFile('ollama', 'ends') as Record<string, { code: number | null; signal: string | null }>;
    expect(ends['TERM in a stream']).toMatchObject({ code: 0, signal: null, client: { broken: 'ECONNRESET' } });
    const other = await startStandIn('ollama', { faults: 'pace=50,tokens=1000' });
    const stream = await fetch(`${other.url}/api/generate`, {
      method: 'POST',
      body: JSON.stringify({ model: 'tiny', prompt: 'Hello' }),
    });
    const ended = once(other.child, 'exit');
    other.child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await expect(stream.text()).rejects.toThrow();
  });
});

describeNeeding(['posix'], 'the llama-cpp-python stand-in', () => {
  let one: StandIn;
  beforeAll(async () => {
    one = await startStandIn('llama-cpp-python');
  });
  afterAll(() => one.stop());

  it.each([
    ...['models', 'root', 'health', 'metrics', 'chat', 'chat-unknown-model', 'chat-stream'],
    ...['completions', 'completions-stream', 'bad-json', 'no-messages'],
  ])('answers %s as the real one did', (name) => compare(one, 'llama-cpp-python', name));

  it('guards with its key what the real one did', async () => {
    const guarded = await startStandIn('llama-cpp-python', { env: { API_KEY: 'quite-secret' } });
    await compare(guarded, 'llama-cpp-python', 'key-models-none');
    const page = recording('llama-cpp-python', 'key-openapi').response;
    expect((await fetch(`${guarded.url}/openapi.json`)).status).toBe(page.status);
    await guarded.stop();
  });

  it('ends as the real one: by the signal, streams are broken off', async () => {
    const real = recordedFile('llama-cpp-python', 'end-term-in-stream');
    expect(real).toMatchObject({ signal: 'SIGTERM', client: { broken: 'ECONNRESET' } });
    const other = await startStandIn('llama-cpp-python', { faults: 'pace=50,tokens=1000' });
    const stream = await fetch(`${other.url}/v1/completions`, {
      method: 'POST',
      body: JSON.stringify({ prompt: 'Hello', stream: true }),
    });
    const ended = once(other.child, 'exit');
    other.child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    await expect(stream.text()).rejects.toThrow();
  });
});
