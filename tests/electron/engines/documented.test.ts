/** Kinds that no test machine can run: their profiles against answers as their documentation and sources give them. */
import { describe, expect, it } from 'vitest';
import { litellm } from '../../../electron/engines/litellm.ts';
import { vllm } from '../../../electron/engines/vllm.ts';
import { answer } from './recorded.ts';

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
