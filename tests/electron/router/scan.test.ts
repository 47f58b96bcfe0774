import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withModel } from '../../../electron/router/rewrite.ts';
import { type Scan, scan } from '../../../electron/router/scan.ts';

const of = (text: string) => scan(Buffer.from(text));
const found = (text: string): Scan => {
  const result = of(text);
  if ('problem' in result) throw new Error(result.problem);
  return result;
};

describe('scan', () => {
  it('finds model and stream wherever they stand', () => {
    expect(found('{"model":"a","stream":true}')).toMatchObject({ model: 'a', stream: true });
    expect(
      found(' {"messages":[{"model":"no","content":"\\"model\\":\\"x\\""}],"stream" : false , "model" : "b" } '),
    ).toMatchObject({ model: 'b', stream: false });
    expect(found('{}')).toMatchObject({ model: null, stream: null, talk: null, members: false });
    expect(found('{"stream":true,"stream":false,"model":""}')).toMatchObject({ model: '', stream: false });
    expect(found('{"stream":"true"}')).toMatchObject({ stream: false });
  });

  it('decodes escapes in key and value', () => {
    expect(found('{"\\u006dodel":"\\u00e4\\n"}')).toMatchObject({ model: 'ä\n' });
  });

  it('refuses a second model, also one spelt with escapes', () => {
    expect(of('{"model":"a","model":"a"}')).toMatchObject({ problem: expect.stringContaining('`model`') });
    expect(of('{"model":"a","mod\\u0065l":"b"}')).toMatchObject({ problem: expect.stringContaining('`model`') });
  });

  it('refuses what is no object or breaks off', () => {
    for (const text of [
      '',
      ' ',
      '[]',
      'null',
      '"x"',
      '{',
      '{"a"',
      '{"a":',
      '{"a":1',
      '{"a":1,}',
      '{,}',
      '{"a" 1}',
      '{"a":1}x',
      '{"a":"x}',
      '{"a":[}',
      '{"a":1 2}',
      '{"model":"\\x"}',
      '{"mod\\xel":"a"}',
      '\uFEFF{}',
    ]) {
      expect(of(text), text).toHaveProperty('problem');
    }
    expect(of('{"model":7}')).toMatchObject({ problem: expect.stringContaining('`model`') });
  });

  const spaces = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
  const key = fc.oneof(
    fc.constantFrom('model', 'stream', 'messages', '', 'mode', 'models', '"', '\\', 'model\\'),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  );
  const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 80 }), fc.boolean());
  /** Spells a string with escapes that `JSON.stringify` would not use. */
  const spell = (text: string, escaped: boolean) =>
    escaped
      ? `"${[...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`
      : JSON.stringify(text);
  const members = fc.array(fc.tuple(key, value, fc.boolean(), spaces, spaces), { maxLength: 8 });
  const text = (parts: readonly (readonly [string, unknown, boolean, string, string])[]) =>
    `{${parts.map(([k, v, e, a, b]) => `${a}${spell(k, e)}${b}:${a}${JSON.stringify(v)}${b}`).join(',')}}`;

  it('agrees with JSON.parse on every object, and its splice changes nothing but the model', () => {
    fc.assert(
      fc.property(members, (parts) => {
        const body = Buffer.from(text(parts));
        const parsed = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
        const result = scan(body);
        const models = parts.filter(([k]) => k === 'model');
        if (models.length > 1 || (models[0] && typeof models[0][1] !== 'string')) {
          expect(result).toMatchObject({ problem: expect.stringContaining('`model`') });
          return;
        }
        const stream = 'stream' in parsed ? parsed.stream === true : null;
        expect(result).toMatchObject({ model: models[0]?.[1] ?? null, stream });
        const { talk } = result as Scan;
        const first = parts.find(([k, , escaped]) => k === 'messages' && !escaped);
        if (!first) expect(talk).toBeNull();
        else expect(body.toString('utf8', talk ?? 0).startsWith(JSON.stringify(first[1]))).toBe(true);
        const spliced = Buffer.concat(withModel(body, result as Scan, 'new "ö"')).toString('utf8');
        expect(JSON.parse(spliced)).toEqual({ ...parsed, model: 'new "ö"' });
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds every cut-off object broken', () => {
    fc.assert(
      fc.property(members, fc.nat(), (parts, at) => {
        const whole = Buffer.from(text(parts));
        expect(scan(whole.subarray(0, at % whole.length))).toHaveProperty('problem');
      }),
    );
  });

  it('ends on any bytes, and takes whatever JSON.parse takes', () => {
    const noise = fc.array(
      fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', ' ', '1', 'model', 'true', '"model"'),
    );
    fc.assert(
      fc.property(noise, (parts) => {
        const body = parts.join('');
        const result = scan(Buffer.from(body));
        let parsed: unknown;
        try {
          parsed = JSON.parse(body);
        } catch {
          return;
        }
        const object = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
        if (!object) expect(result).toHaveProperty('problem');
        else if ('problem' in result) expect(result.problem).toContain('`model`');
      }),
      { numRuns: 2_000 },
    );
  });
});
