import { describe, expect, it } from 'vitest';
import { agoWords, proofState, wayFacts, wayTitle } from '../../../renderer/proofs/proof-words.ts';
import { AT, PROOFS } from '../support/recorded-proofs.ts';

const NOW = Date.parse(AT) + 125_000;
const plain = (text: string) => text.replace(/\s/g, ' ');
const [failed, passed, skipped] = PROOFS.models;
if (!failed || !passed || !skipped) throw new Error('The recorded proofs are not three.');

describe('a proof in words', () => {
  it('is how long ago it passed, or why not', () => {
    expect(plain(proofState(passed, NOW).word)).toBe('Passed 2 min ago');
    expect(proofState(failed, NOW)).toMatchObject({
      tone: 'failed',
      word: 'Failed: The GPU has not enough memory for the model.',
    });
    expect(proofState(skipped, NOW)).toMatchObject({
      tone: 'off',
      word: 'Skipped: qwen2.5-coder:7b is not in memory on ollama.',
    });
  });

  it.each([
    [0, 'just now'],
    [59_999, 'just now'],
    [60_000, '1 min ago'],
    [3_540_000, '59 min ago'],
    [3_600_000, '1 h ago'],
    [5_400_000, '1 h 30 min ago'],
    [4 * 86_400_000, '4 days ago'],
  ])('%d ms ago is %s', (ms, words) => {
    expect(plain(agoWords(AT, Date.parse(AT) + ms))).toBe(words);
  });

  it('names each way and what it showed', () => {
    expect(passed.ways.map((way) => `${wayTitle(way)}: ${plain(wayFacts(way))}`)).toEqual([
      'Directly at ollama: First token after 84 ms, 61 tokens/s',
      'Through the gateway: First token after 87 ms, 61 tokens/s, answered by ollama/llama3.1:latest',
      'Through LiteLLM (litellm): First token after 112 ms, 9.4 tokens/s',
    ]);
    expect(failed.ways.map(wayTitle).at(-1)).toBe('Through the gateway, fallback llama3.1');
    expect(wayFacts(skipped.ways[0] as never)).toBe('qwen2.5-coder:7b is not in memory on ollama.');
  });
});
