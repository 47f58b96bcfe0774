import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../electron/engines/address.ts';
import { openai } from '../../../electron/engines/openai.ts';
import { engineConfig } from '../../support/engine-config.ts';
import { recordedAnswer } from '../../support/recordings.ts';
import { answer, recorded, silence } from './recorded.ts';

describe('an openai engine', () => {
  it('takes the url as the base, and finds the root of it', () => {
    expect(openai.baseUrl('http://box:8000/v1')).toBe('http://box:8000/v1');
    expect(openai.rootUrl('http://box:8000/v1')).toBe('http://box:8000');
    expect(openai.rootUrl('https://host.example/v1beta')).toBe('https://host.example');
    expect(openai.rootUrl('https://host.example/api')).toBe('https://host.example/api');
  });
  it('is usable whatever it answers, without a list too', () => {
    for (const status of [200, 404, 405, 500, 501]) expect(openai.judge(answer(status, null)).state).toBe('ready');
  });
  it('is not usable without its key, behind a dead proxy, or when silent', () => {
    expect(openai.judge(recorded('apikey-models-none'))).toMatchObject({
      state: 'bad',
      message: expect.stringContaining('`api_key`'),
    });
    expect(openai.judge(answer(502, 'Bad Gateway')).state).toBe('bad');
    expect(openai.judge(silence('refused')).state).toBe('silent');
    expect(openai.judge(silence('unreachable')).state).toBe('silent');
  });
  it('reports the ids of a list', () => {
    expect(openai.reported(recorded('v1-models'))?.map(({ id, phase }) => [id, phase])).toEqual([['tiny', 'ready']]);
    expect(openai.reported(answer(200, { data: [{ id: 'm', max_model_len: 8192 }] }))).toEqual([
      { id: 'm', phase: 'ready', progress: null, context_length: 8192, loadable: false },
    ]);
    expect(openai.reported(answer(404, null))).toBeNull();
  });
  it('has nobody’s list as an empty one, not as no list', () => {
    expect(openai.reported(recordedAnswer('ollama', 'v1-models-empty'))).toEqual([]);
    expect(openai.identify(recordedAnswer('ollama', 'v1-models-empty'))).toBe(true);
  });
  it.each([
    ['https://api.example.com/v1', 'https://api.example.com/v1/models'],
    ['https://api.example.com/v1/', 'https://api.example.com/v1/models'],
    ['http://127.0.0.1:1234', 'http://127.0.0.1:1234/models'],
    ['https://host.example/proxy/openai/v1', 'https://host.example/proxy/openai/v1/models'],
  ])('is asked below %s as it was written', (url, asked) => {
    const address = addressOf(engineConfig({ kind: 'openai', url }), null);
    expect(`${address}${openai.probes.ready.path}`).toBe(asked);
    expect(`${openai.baseUrl(address ?? '')}/chat/completions`).toBe(asked.replace('models', 'chat/completions'));
  });
  it('says of a cloud’s refusal which key to set', () => {
    const refused = answer(401, { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } });
    expect(openai.judge(refused)).toMatchObject({ state: 'bad', message: expect.stringContaining('`api_key`') });
  });
});
