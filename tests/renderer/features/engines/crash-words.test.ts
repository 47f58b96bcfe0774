import { describe, expect, it } from 'vitest';
import { endWords, reportText } from '../../../../renderer/features/engines/crash-words.ts';
import { CRASHES, ENGINES } from '../../support/recorded.ts';

const words = (end: Parameters<typeof endWords>[0]) => endWords(end).replaceAll('\u00a0', ' ');
const [card, killed] = CRASHES;
const engine = ENGINES.find(({ name }) => name === 'qwen-vllm');
if (!card || !killed || !engine) throw new Error('the recorded engine is gone');

describe('how a run ended', () => {
  it.each([
    [{ code: 1, signal: null, ran_ms: 240 }, 'Exit code 1 after 240 ms'],
    [{ code: null, signal: 'SIGKILL', ran_ms: 4_020_000 }, 'Ended by SIGKILL after 1 h 7 min'],
    [{ code: null, signal: null, ran_ms: 12_000 }, 'Ended after 12 s'],
    [{ code: null, signal: null, ran_ms: null }, 'No process was started'],
  ])('%j: %s', (end, said) => expect(words(end)).toBe(said));
});

describe('a report', () => {
  it('has all that another person needs, and each line', () => {
    const text = reportText(engine, card, '0.1.0');
    expect(text.split('\n').slice(0, 5)).toEqual([
      'qwen-vllm: vLLM 0.11.0',
      'Stackyard 0.1.0, 2026-11-23T14:02:31.000Z',
      'Exit code 1 after 38 s.',
      expect.stringMatching(/^out_of_memory: vLLM asked for .*Unload something/),
      expect.stringMatching(/^Command: vllm serve /),
    ]);
    expect(text.trimEnd().split('\n')).toHaveLength(6 + card.lines.length);
    expect(text).toMatch(/ stackyard: Started for a request/);
  });
  it('leaves out what is not known', () => {
    const text = reportText({ ...engine, version: null }, { ...killed, command: null, lines: [] }, '0.1.0');
    expect(text).toMatch(/^qwen-vllm: vLLM\n/);
    expect(text).not.toContain('Command');
  });
});
