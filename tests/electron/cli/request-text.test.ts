import { describe, expect, it } from 'vitest';
import { requestLine, traceText } from '../../../electron/cli/request-text.ts';
import { record } from '../../support/request-record.ts';

describe('requestLine', () => {
  it('says on one line what was asked, who answered, and how fast', () => {
    expect(requestLine(record())).toMatch(
      /^\d\d:\d\d:\d\d {2}0d9c6c1e {2}\/v1\/chat\/completions {2}tiny → llama\/tiny {2}200 {2}1\.2 s {2}first token 120 ms {2}12 \+ 41 tokens, 36\.6 a second {2}curl\/8\.5\n$/,
    );
  });
  it('leaves out what is not known, and marks an estimate', () => {
    const bare = record({
      route: null,
      first_token_ms: null,
      completion_tokens: null,
      status: 503,
      code: 'engine_held',
    });
    expect(requestLine(bare)).toMatch(/tiny → – {2}503 engine_held {2}1\.2 s {2}curl/);
    const guess = record({ prompt_tokens: null, estimated: true, tokens_per_second: null });
    expect(requestLine(guess)).toContain('– + ≈41 tokens  ');
  });
  it('never lets a client move the cursor', () => {
    const nasty = record({ asked: 'a\u001b[2J\nb', client: { key: null, program: 'x\u0007', address: null } });
    expect(requestLine(nasty).trimEnd()).not.toMatch(/\p{Cc}/u);
  });
});

describe('traceText', () => {
  it('tells every step in order, with the time at which it began', () => {
    const text = traceText(
      record({
        steps: [
          { kind: 'skip', at: 0, target: 'vllm/q', code: 'cooling', message: 'vllm rests after failures.' },
          { kind: 'wait', at: 0, engine: 'llama', why: 'loading', ms: 640 },
          {
            ...{ kind: 'attempt', at: 640, model: 'tiny', target: 'llama/tiny', protocol: 'chat', status: 500 },
            ...{ first_byte_ms: 3, ms: 4, result: 'refused', message: 'llama answered with 500: boom' },
          },
          { kind: 'pause', at: 644, ms: 90 },
          {
            ...{ kind: 'attempt', at: 734, model: 'tiny', target: 'llama/tiny', protocol: 'chat', status: null },
            ...{ first_byte_ms: null, ms: null, result: null, message: null },
          },
        ],
        more_steps: 2,
      }),
    );
    expect(text.slice(text.indexOf('\n\n') + 2)).toBe(
      `     0 ms  left out vllm/q: vllm rests after failures. (cooling)
     0 ms  waited for llama (on its way) 640 ms
   640 ms  asked llama/tiny: refused, status 500, first byte after 3 ms, 4 ms in all: llama answered with 500: boom
   644 ms  paused 90 ms before the next try
   734 ms  asked llama/tiny: under way
2 further steps were not kept
`,
    );
  });
});
