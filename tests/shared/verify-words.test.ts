import { expect, it } from 'vitest';
import { breakWords, viaVerdicts } from '../../shared/verify-words.ts';

it('a way has failed when one of its proofs did, and passed when one did and none failed', () => {
  expect(
    viaVerdicts([
      { via: 'engine', verdict: 'skipped' },
      { via: 'engine', verdict: 'passed' },
      { via: 'engine', verdict: 'skipped' },
      { via: 'stackyard', verdict: 'failed' },
      { via: 'stackyard', verdict: 'passed' },
      { via: 'litellm', verdict: 'skipped' },
    ]),
  ).toEqual({ engine: 'passed', stackyard: 'failed', litellm: 'skipped' });
});

it.each([
  [null, { engine: 'passed' }, null],
  ['engine', { engine: 'failed', stackyard: 'failed' }, 'It breaks at the engine.'],
  ['engine', { engine: 'failed', stackyard: 'passed' }, 'The gateway is fine; it breaks at the engine.'],
  ['stackyard', { engine: 'passed', stackyard: 'failed' }, 'The engine is fine; it breaks at the gateway.'],
  ['litellm', { engine: 'skipped', litellm: 'failed' }, 'It breaks at LiteLLM.'],
  [
    'litellm',
    { engine: 'passed', stackyard: 'passed', litellm: 'failed' },
    'The engine and the gateway are fine; it breaks at LiteLLM.',
  ],
] as const)('what breaks at %s with %j: %s', (breaksAt, verdicts, words) => {
  expect(breakWords(breaksAt, verdicts)).toBe(words);
});
