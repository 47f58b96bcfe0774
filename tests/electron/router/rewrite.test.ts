import { describe, expect, it } from 'vitest';
import { changesParams, withModel, withParams } from '../../../electron/router/rewrite.ts';
import { type Scan, scan } from '../../../electron/router/scan.ts';

const rewritten = (text: string, model: string) => {
  const body = Buffer.from(text);
  return Buffer.concat(withModel(body, scan(body) as Scan, model)).toString('utf8');
};

describe('withModel', () => {
  it('leaves every other byte alone', () => {
    expect(rewritten('{ "n": 1e2,\t"model" : "a" , "x":[1,\n2]}', 'b/c')).toBe(
      '{ "n": 1e2,\t"model" : "b/c" , "x":[1,\n2]}',
    );
  });

  it('adds a model where there is none', () => {
    expect(rewritten('{"n":1}', 'b')).toBe('{"model":"b","n":1}');
    expect(rewritten(' { } ', 'b')).toBe(' {"model":"b" } ');
  });

  it('hands the same buffer back when nothing changes', () => {
    const body = Buffer.from('{"model":"a"}');
    expect(withModel(body, scan(body) as Scan, 'a')[0]).toBe(body);
  });
});

describe('withParams', () => {
  it('drops, renames and sets, and says whether it would', () => {
    const params = { set: { top_p: 1 }, drop: ['user'], rename: { max_tokens: 'n_predict', absent: 'x' } };
    expect(changesParams(params)).toBe(true);
    expect(changesParams({ set: {}, drop: [], rename: {} })).toBe(false);
    const body = Buffer.from('{"model":"a","user":"u","max_tokens":3,"top_p":0,"__proto__":{"a":1}}');
    const result = Buffer.concat(withParams(body, params, 'b')).toString('utf8');
    expect(result).toBe('{"model":"b","top_p":1,"__proto__":{"a":1},"n_predict":3}');
  });
});
