/** Vercel's AI SDK, unmodified, before the router and a real llama-server. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, embedMany, generateText, jsonSchema, Output, streamText } from 'ai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../../build/tiny-model.mjs';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { busySlots, type Llama, startLlama } from '../../support/llama.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

describeNeeding(['llama-server'], 'the AI SDK', () => {
  let llama: Llama;
  let router: RunningRouter;
  let provider: ReturnType<typeof createOpenAICompatible>;

  beforeAll(async () => {
    llama = await startLlama({ args: ['--embeddings', '--pooling', 'mean'] });
    router = await startRouter(
      table({
        engines: [engine('llama', llama.url), engine('away', null, { phase: 'stopped', held: true })],
        models: [model('tiny', [target('llama', 'tiny')]), model('away', [target('away')])],
      }),
    );
    provider = createOpenAICompatible({
      name: 'stackyard',
      baseURL: `${router.url}/v1`,
      includeUsage: true,
      supportsStructuredOutputs: true,
    });
  });
  afterAll(async () => {
    await router?.close();
    await llama?.stop();
  });

  it('generates, whole and in pieces, with usage', async () => {
    const whole = await generateText({ model: provider('tiny'), prompt: 'hi', maxRetries: 0 });
    expect(whole.text).toBe(KNOWN_ANSWER);
    expect(whole.usage.outputTokens).toBeGreaterThan(10);
    const stream = streamText({ model: provider('tiny'), prompt: 'hi', maxRetries: 0 });
    let said = '';
    for await (const part of stream.textStream) said += part;
    expect(said).toBe(KNOWN_ANSWER);
    expect((await stream.usage).outputTokens).toBeGreaterThan(10);
    expect(await stream.finishReason).toBe('stop');
  });

  it('gets an object that fits a schema', async () => {
    const schema = jsonSchema<{ ok: boolean }>({
      type: 'object',
      properties: { ok: { type: 'boolean' } },
      required: ['ok'],
      additionalProperties: false,
    });
    const output = Output.object({ schema });
    const said = await generateText({
      model: provider('tiny'),
      prompt: 'hi',
      output,
      maxOutputTokens: 60,
      maxRetries: 0,
    });
    expect(typeof said.output.ok).toBe('boolean');
  });

  it('embeds', async () => {
    const { embeddings } = await embedMany({ model: provider.textEmbeddingModel('tiny'), values: ['one', 'two'] });
    expect(embeddings.length).toBe(2);
    expect(embeddings[0]?.length).toBeGreaterThan(8);
  });

  it.each([
    ['nobody', 404],
    ['away', 503],
  ])('hears an error of ours as an APICallError (%s)', async (name, statusCode) => {
    const failed = generateText({ model: provider(name), prompt: 'hi', maxRetries: 0 });
    await expect(failed).rejects.toSatisfy(
      (error) => APICallError.isInstance(error) && error.statusCode === statusCode,
    );
  });

  it('hears an overflow as an APICallError', async () => {
    const failed = generateText({ model: provider('tiny'), prompt: 'hello '.repeat(5_000), maxRetries: 0 });
    await expect(failed).rejects.toSatisfy(
      (error) => APICallError.isInstance(error) && error.statusCode === 400 && /context/.test(error.message),
    );
  });

  it('stops the engine’s work when it is aborted', async () => {
    const abort = new AbortController();
    const stream = streamText({
      model: provider('tiny'),
      prompt: 'hi',
      maxRetries: 0,
      abortSignal: abort.signal,
      providerOptions: { stackyard: { ignore_eos: true } },
      onError: () => {},
    });
    for await (const _part of stream.textStream) {
      abort.abort();
      break;
    }
    await router.recorded(({ outcome }) => outcome === 'client_gone');
    await until('the slot is free', async () => (await busySlots(llama)) === 0);
  });
});
