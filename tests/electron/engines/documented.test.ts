/** Kinds that no test machine can run: their profiles against answers as their documentation and sources give them. */
import { describe, expect, it } from 'vitest';
import { litellm } from '../../../electron/engines/litellm.ts';
import { llamaCppPython } from '../../../electron/engines/llama-cpp-python.ts';
import { ollama } from '../../../electron/engines/ollama.ts';
import { vllm } from '../../../electron/engines/vllm.ts';
import { answer, recorded, silence } from './recorded.ts';

describe('Ollama', () => {
  const tags = answer(200, {
    models: [
      { name: 'llama3.1:latest', size: 1 },
      { name: 'qwen2.5:7b', size: 2 },
    ],
  });
  const running = answer(200, { models: [{ name: 'qwen2.5:7b', size_vram: 2, context_length: 4096 }] });

  it('is known by its greeting', () => {
    expect(ollama.identify(answer(200, 'Ollama is running'))).toBe(true);
    expect(ollama.identify(recorded('root'))).toBe(false);
  });
  it('has what is on disk, with what is loaded as ready', () => {
    expect(ollama.reported(tags)?.map(({ id, phase }) => [id, phase])).toEqual([
      ['llama3.1:latest', 'not_loaded'],
      ['qwen2.5:7b', 'not_loaded'],
    ]);
    expect(
      ollama.reported(tags, running)?.map(({ id, phase, context_length }) => [id, phase, context_length]),
    ).toEqual([
      ['llama3.1:latest', 'not_loaded', null],
      ['qwen2.5:7b', 'ready', 4096],
    ]);
    expect(ollama.reported(answer(500, null))).toBeNull();
    expect(ollama.reported(tags, silence('timeout'))).toHaveLength(2);
  });
  it('loads and unloads by an empty generation', () => {
    expect(ollama.loading?.load('m')).toEqual({
      method: 'POST',
      path: '/api/generate',
      body: { model: 'm', stream: false },
    });
    expect(ollama.loading?.unload('m').body).toEqual({ model: 'm', keep_alive: 0, stream: false });
  });
  it('tells its version', () => {
    expect(ollama.version(answer(200, { version: '0.12.3' }))).toBe('0.12.3');
  });
});

describe('vLLM', () => {
  it('is known by /version alone, from uvicorn', () => {
    const uvicorn = { server: 'uvicorn' };
    expect(vllm.identify(answer(200, { version: '0.11.0' }, uvicorn))).toBe(true);
    expect(vllm.identify(answer(200, { version: '0.11.0' }))).toBe(false);
    expect(vllm.identify(answer(200, { version: '1', name: 'x' }, uvicorn))).toBe(false);
  });
  it('is ready by an empty 200, and reports its model’s length', () => {
    expect(vllm.judge(answer(200, '')).state).toBe('ready');
    expect(vllm.judge(answer(500, '')).state).toBe('bad');
    const list = answer(200, { object: 'list', data: [{ id: 'Qwen/Q', owned_by: 'vllm', max_model_len: 32768 }] });
    expect(vllm.reported(list)?.[0]).toMatchObject({ id: 'Qwen/Q', context_length: 32768 });
  });
});

describe('LiteLLM', () => {
  it('is known by how it says that it lives', () => {
    expect(litellm.identify(answer(200, "I'm alive!"))).toBe(true);
    expect(litellm.identify(answer(200, { status: 'ok' }))).toBe(false);
  });
  it('is judged by readiness, which also carries its version', () => {
    const ready = answer(200, { status: 'healthy', db: 'Not connected', litellm_version: '1.80.0' });
    expect(litellm.judge(ready).state).toBe('ready');
    expect(litellm.version(ready)).toBe('1.80.0');
    expect(litellm.judge(answer(503, { status: 'shutting_down' }))).toMatchObject({
      state: 'bad',
      message: 'LiteLLM is shutting down',
    });
  });
});

describe('llama-cpp-python', () => {
  const page = answer(200, { info: { title: '🦙 llama.cpp Python API', version: '0.3.16' } });
  it('is known by FastAPI’s description of it', () => {
    expect(llamaCppPython.identify(page)).toBe(true);
    expect(llamaCppPython.version(page)).toBe('0.3.16');
    expect(llamaCppPython.identify(answer(200, { info: { title: 'Another' } }))).toBe(false);
  });
});
