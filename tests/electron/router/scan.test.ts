import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Scan, scan } from '../../../electron/router/scan.ts';
import { agrees, jsonMembers, jsonNoise, jsonText, survives } from './scan-fuzz.ts';

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

  it('refuses a model in other letters: a Go engine would take it, in place of the one that was checked', () => {
    for (const key of ['Model', 'MODEL', 'modeL', '\\u004dodel']) {
      expect(of(`{"model":"a","${key}":"b"}`), key).toMatchObject({ problem: expect.stringContaining('`model`') });
      expect(of(`{"${key}":"b"}`), key).toMatchObject({ problem: expect.stringContaining('`model`') });
    }
    expect(found('{"modem":1,"nodel":2,"models":3,"a":{"Model":"b"},"model":"c"}')).toMatchObject({ model: 'c' });
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

  it('agrees with JSON.parse on 20,000 objects, and its splice changes nothing but the model', () => {
    fc.assert(fc.property(jsonMembers, agrees), { numRuns: 20_000 });
  });

  it('finds every cut-off object broken', () => {
    fc.assert(
      fc.property(jsonMembers, fc.nat(), (parts, at) => {
        const whole = Buffer.from(jsonText(parts));
        expect(scan(whole.subarray(0, at % whole.length))).toHaveProperty('problem');
      }),
    );
  });

  it('ends on any bytes, and takes whatever JSON.parse takes', () => {
    fc.assert(fc.property(jsonNoise, survives), { numRuns: 5_000 });
  });
});
