import { describe, expect, it } from 'vitest';
import { llamaCpp, modelIdOf } from '../../../electron/engines/llama-cpp.ts';
import { engineConfig } from '../../support/engine-config.ts';
import { answer, recorded, recordedEvents, silence } from './recorded.ts';

describe('health', () => {
  it('is silent while nobody listens', () => {
    expect(llamaCpp.judge(silence('refused')).state).toBe('silent');
    expect(llamaCpp.judge(silence('timeout')).state).toBe('silent');
    expect(llamaCpp.judge(silence('invalid')).state).toBe('bad');
  });
  it('is loading on 503, with its words', () => {
    expect(llamaCpp.judge(recorded('health-loading'))).toEqual({
      state: 'loading',
      progress: null,
      message: 'Loading model',
    });
  });
  it.each(['health-ready', 'router-health', 'apikey-health'])('is ready by %s', (name) => {
    expect(llamaCpp.judge(recorded(name)).state).toBe('ready');
  });
  it('is bad when something else answers', () => {
    const verdict = llamaCpp.judge(recorded('root'));
    expect(verdict).toMatchObject({
      state: 'bad',
      message: 'The server answered /health with HTTP 404: File Not Found',
    });
    expect(llamaCpp.judge(recorded('apikey-models-none')).message).toContain('api_key');
  });
});

describe('identity', () => {
  it.each(['health-ready', 'health-loading', 'router-health', 'apikey-health'])('knows itself by %s', (name) => {
    expect(llamaCpp.identify(recorded(name))).toBe(true);
  });
  it('does not take another server for its own', () => {
    expect(llamaCpp.identify(answer(200, { status: 'ok' }, { server: 'uvicorn' }))).toBe(false);
    expect(llamaCpp.identify(silence('refused'))).toBe(false);
  });
  it('tells its version in both modes, not while loading', () => {
    expect(llamaCpp.version(recorded('props'))).toBe('b11669-Debian');
    expect(llamaCpp.version(recorded('router-props'))).toBe('b11669-Debian');
    expect(llamaCpp.version(recorded('health-loading'))).toBeNull();
  });
});

describe('models', () => {
  const phases = (name: string) =>
    Object.fromEntries((llamaCpp.reported(recorded(name)) ?? []).map(({ id, phase }) => [id, phase]));

  it('has one, ready, in single mode', () => {
    expect(llamaCpp.reported(recorded('v1-models'))).toEqual([
      {
        id: 'tiny',
        phase: 'ready',
        progress: null,
        context_length: 2048,
        bytes: 574_720,
        can: { images: false, tools: null, reasoning: null },
        quantization: 'all F32',
        loadable: false,
      },
    ]);
  });
  it('takes pictures where it lists them among its inputs; before a router has loaded one, nobody knows', () => {
    const entry = (status: unknown, input_modalities: unknown) =>
      llamaCpp.reported(answer(200, { data: [{ id: 'x', status, architecture: { input_modalities } }] }))?.[0]?.can;
    expect(entry(undefined, ['text', 'image'])?.images).toBe(true);
    expect(entry({ value: 'loaded' }, ['text'])?.images).toBe(false);
    expect(entry({ value: 'unloaded' }, ['text'])).toBeUndefined();
    expect(entry({ value: 'unloaded' }, ['text', 'image'])?.images).toBe(true);
    expect(entry({ value: 'loaded' }, undefined)).toBeUndefined();
  });
  it('tells nothing while loading or without the key', () => {
    expect(llamaCpp.reported(recorded('models-loading'))).toBeNull();
    expect(llamaCpp.reported(recorded('apikey-models-none'))).toBeNull();
  });
  it('has each with its state in router mode', () => {
    const none = { big: 'not_loaded', broken: 'not_loaded', sub: 'not_loaded', 'tiny-b': 'not_loaded' };
    expect(phases('router-models-initial')).toEqual({ ...none, 'tiny-a': 'not_loaded' });
    expect(phases('router-models-loading')).toEqual({ ...none, 'tiny-a': 'not_loaded', big: 'loading' });
    expect(phases('router-models-two-loaded')).toEqual({ ...none, 'tiny-a': 'ready', big: 'ready' });
  });
  it('sees failure as the flag beside `unloaded`, of a broken file and of a killed child', () => {
    expect(phases('router-models-broken')).toMatchObject({ broken: 'failed', 'tiny-a': 'ready', sub: 'not_loaded' });
    expect(phases('router-models-child-killed')).toMatchObject({ 'tiny-a': 'failed' });
  });
  it('lists a preset’s alias beside its id, and sees them sleep', () => {
    expect(Object.keys(phases('preset-models'))).toEqual(['auto-tiny', 'my-tiny', 'my-alias']);
    expect(phases('preset-models-sleeping')).toEqual({
      'auto-tiny': 'sleeping',
      'my-tiny': 'sleeping',
      'my-alias': 'sleeping',
    });
  });
  it('survives what is no list', () => {
    expect(llamaCpp.reported(answer(200, { data: 'x' }))).toBeNull();
    expect(llamaCpp.reported(answer(200, { data: [null, 3, {}, { id: 'a', status: 'x' }] }))).toEqual([
      { id: 'a', phase: 'ready', progress: null, context_length: null, bytes: null, loadable: false },
    ]);
  });
});

describe('progress', () => {
  it('is read from the recorded events', () => {
    const told = recordedEvents('router-models-sse').map((event) => llamaCpp.progress?.read(event));
    expect(told.map((one) => one && [one.id, one.phase, one.progress])).toEqual([
      ['tiny-b', 'loading', null],
      ['tiny-b', 'loading', 0],
      ['tiny-b', 'loading', 1],
      ['tiny-b', 'ready', null],
      ['tiny-b', 'not_loaded', null],
    ]);
    expect(told[3]?.context_length).toBe(2048);
  });
  it('sees a failure by the exit code, and nothing in other events', () => {
    const failed = { model: 'x', event: 'status_change', data: { status: 'unloaded', exit_code: 1 } };
    expect(llamaCpp.progress?.read(failed)?.phase).toBe('failed');
    expect(llamaCpp.progress?.read({ event: 'other' })).toBeNull();
    expect(llamaCpp.progress?.read('x')).toBeNull();
  });
});

describe('loading single models', () => {
  it('is for router mode', () => {
    expect(llamaCpp.loadsModels(engineConfig({ kind: 'llama.cpp', models_dir: '/m' }))).toBe(true);
    expect(llamaCpp.loadsModels(engineConfig({ kind: 'llama.cpp', model: 'm.gguf' }))).toBe(false);
    expect(llamaCpp.loadsModels(engineConfig({ kind: 'llama.cpp', args: ['-hf', 'a/b'] }))).toBe(false);
    expect(llamaCpp.loadsModels(engineConfig({ kind: 'llama.cpp' }))).toBe(true);
  });
  it('is told by an external server’s list', () => {
    const external = engineConfig({ kind: 'llama.cpp', mode: 'external' });
    expect(llamaCpp.loadsModels(external)).toBe(false);
    expect(llamaCpp.loadsModels(external, llamaCpp.reported(recorded('router-models-initial')))).toBe(true);
    expect(llamaCpp.loadsModels(external, llamaCpp.reported(recorded('v1-models')))).toBe(false);
  });
});

describe('what it speaks', () => {
  it('is rerank only when started for it', () => {
    expect(llamaCpp.speaks(engineConfig({ kind: 'llama.cpp', model: 'm' }))).not.toContain('rerank');
    expect(llamaCpp.speaks(engineConfig({ kind: 'llama.cpp', model: 'm', args: ['--rerank'] }))).toContain('rerank');
  });
});

describe('the id of a model file', () => {
  it.each([
    ['/m/Qwen3-4B-Q4_K_M.gguf', 'Qwen3-4B-Q4_K_M'],
    ['C:\\m\\tiny.GGUF', 'tiny'],
    ['big-00001-of-00003.gguf', 'big'],
    ['plain', 'plain'],
    ['a,b.gguf', 'a_b'],
    ['.gguf', '.gguf'],
  ])('%s is %s', (file, id) => expect(modelIdOf(file)).toBe(id));
});
