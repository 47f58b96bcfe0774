/** llama-cpp-python's profile against what a real 0.3.35 answered. */
import { describe, expect, it } from 'vitest';
import { explainExit } from '../../../electron/core/causes.ts';
import { llamaCppPython } from '../../../electron/engines/llama-cpp-python.ts';
import { recordedAnswer, recordedFile, recordedLog } from '../../support/recordings.ts';
import { answer } from './recorded.ts';

const recorded = (name: string) => recordedAnswer('llama-cpp-python', name);

describe('a recorded llama-cpp-python', () => {
  it('is known, ready and of a version by FastAPI’s page about it', () => {
    expect(llamaCppPython.identify(recorded('openapi'))).toBe(true);
    expect(llamaCppPython.judge(recorded('openapi')).state).toBe('ready');
    expect(llamaCppPython.version(recorded('openapi'))).toBe('0.3.35');
    expect(llamaCppPython.identify(answer(200, { info: { title: 'Another' } }))).toBe(false);
    expect(llamaCppPython.judge(recorded('health')).state).toBe('bad');
  });

  it('has its one model, under the name that it was given', () => {
    expect(llamaCppPython.reported(recorded('models'))).toEqual([
      { id: 'tiny', phase: 'ready', progress: null, context_length: null, loadable: false },
    ]);
    expect(llamaCppPython.reported(recorded('key-models-none'))).toBeNull();
  });
});

describe('its one lock', () => {
  interface Seen {
    readonly first: { readonly events: number; readonly finish_reason: string | null };
    readonly second: { readonly status: number; readonly ms: number };
  }
  const seen = (name: string) =>
    recordedFile('llama-cpp-python', name) as Record<'openapi' | 'models' | 'completion', Seen>;

  it('lets the list of models cut a stream off: so it is asked for once, and what is polled is another page', () => {
    const { openapi, models, completion } = seen('second-request-interrupts');
    expect(models.first.finish_reason).toBeNull();
    expect(completion.first.finish_reason).toBeNull();
    expect(openapi.first).toMatchObject({ events: 42, finish_reason: 'stop' });
    expect(llamaCppPython.fixedModels).toBe(true);
    const { ready, live, version, identify } = llamaCppPython.probes;
    expect(new Set([ready, live, version, identify].map((spec) => spec?.path))).toEqual(new Set(['/openapi.json']));
  });

  it('interrupts nothing as we start it, and one request at a time is what it gets', () => {
    for (const { first } of Object.values(seen('second-request-waits'))) expect(first.finish_reason).toBe('stop');
    expect(llamaCppPython.maxConcurrent).toBe(1);
  });
});

describe('its end', () => {
  it.each([
    ['log-missing-model', 'model_file_missing'],
    ['log-broken-model', 'model_file_broken'],
    ['log-unknown-argument', 'unknown_argument'],
    ['log-port-in-use', 'port_busy'],
  ])('%s is %s', (name, code) => {
    const logTail = recordedLog('llama-cpp-python', name);
    expect(explainExit({ failures: llamaCppPython.failures, logTail, code: 1, signal: null }).code).toBe(code);
  });
});
