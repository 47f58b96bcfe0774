import { afterAll, beforeAll, expect, it } from 'vitest';
import { KNOWN_ANSWER, KNOWN_TOKENS } from '../../build/tiny-model.mjs';
import { type Llama, startLlama } from './llama.ts';
import { isFree } from './ports.ts';
import { isAlive } from './processes.ts';
import { describeNeeding } from './tools.ts';

describeNeeding(['llama-server'], 'a real llama-server with the tiny model', () => {
  let llama: Llama;
  beforeAll(async () => {
    llama = await startLlama();
  });
  afterAll(() => llama.stop());

  const ask = async (body: object) => {
    const answer = await fetch(`${llama.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
    return await answer.json();
  };

  it.each(['hi', 'What is the capital of France?', 'a model that Stackyard'])(
    'answers %j with the known text',
    async (content) => {
      const answer = await ask({ messages: [{ role: 'user', content }], temperature: 1.5 });
      expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: KNOWN_ANSWER } });
      expect(answer.usage.completion_tokens).toBe(KNOWN_TOKENS);
    },
  );

  it('is gone after stop, and its port is free', async () => {
    const other = await startLlama();
    await other.stop();
    expect(isAlive(other.pid)).toBe(false);
    expect(await isFree(other.port)).toBe(true);
    expect(await isFree(llama.port)).toBe(false);
  });
});
