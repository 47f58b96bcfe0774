import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../electron/core/redactor.ts';

const knowing = (...secrets: string[]) => {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor.redact;
};

describe('the redactor', () => {
  it('masks every occurrence', () => {
    expect(knowing('hunter22')('a hunter22 b=hunter22')).toBe('a •••••• b=••••••');
  });

  it('leaves text without a secret as it is', () => {
    expect(createRedactor().redact('anything')).toBe('anything');
    expect(knowing('hunter22')('hunter2')).toBe('hunter2');
  });

  it('does not take what is too short for a secret', () => {
    expect(knowing('abc', '')('abc')).toBe('abc');
  });

  it('finds it in a URL, in JSON and in base64 at any alignment', () => {
    const secret = 'p@ss "wörd"/1';
    const redact = knowing(secret);
    expect(redact(`?key=${encodeURIComponent(secret)}&x`)).toBe('?key=••••••&x');
    expect(redact(`?key=${encodeURIComponent(secret).replaceAll('%20', '+')}`)).toBe('?key=••••••');
    expect(redact(JSON.stringify({ key: secret }))).toBe('{"key":"••••••"}');
    for (const user of ['', 'a', 'ab', 'abc']) {
      const basic = Buffer.from(`${user}:${secret}`).toString('base64');
      const masked = redact(`Basic ${basic}`);
      expect(masked).toContain('••••••');
      // what is left of it are the characters it shares with its neighbours
      const left = masked.replace(/^Basic |•+|=+$/g, '');
      expect(left.length).toBeLessThanOrEqual(Math.ceil((user.length + 1) / 3) * 4 + 4);
    }
  });

  it('masks each line of a secret of several lines', () => {
    expect(knowing('-----BEGIN\nabcdef\n-----END')('log: abcdef')).toBe('log: ••••••');
  });

  it('masks secrets that overlap as one', () => {
    expect(knowing('abcd', 'cdefgh')('xabcdefghx')).toBe('x••••••x');
    expect(knowing('long', 'long-longer')('long-longer')).toBe('••••••');
  });

  it('takes a secret literally, whatever characters it has', () => {
    const odd = '.*+?^${}()|[]\\-/';
    expect(knowing(odd)(`x ${odd} y`)).toBe('x •••••• y');
  });

  it('lets none through', () => {
    const secret = fc.string({ minLength: 4, maxLength: 20 }).filter((s) => !s.includes('•'));
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string(), { maxLength: 6 }),
        (secrets, words) => {
          const redact = knowing(...secrets);
          const text = words.map((word, i) => word + (secrets[i] ?? '')).join('');
          const shown = redact(text);
          for (const one of secrets) expect(shown).not.toContain(one);
          expect(redact(shown)).toBe(shown);
        },
      ),
    );
  });
});
