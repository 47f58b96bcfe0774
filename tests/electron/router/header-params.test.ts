import { describe, expect, it } from 'vitest';
import { parameterized } from '../../../electron/router/header-params.ts';

const read = (text: string) => {
  const found = parameterized(text);
  return found && { value: found.value, ...Object.fromEntries(found.params) };
};

describe('a header value with parameters', () => {
  it('is read with all that the grammar allows', () => {
    expect(read(' Form-Data')).toEqual({ value: 'form-data' });
    expect(read('a/b;x=1; Y="2;3" ;z="\\"q\\\\" ;')).toEqual({ value: 'a/b', x: '1', y: '2;3', z: '"q\\' });
    expect([...(parameterized('a; x="\\y"; z="b"')?.escaped ?? [])]).toEqual(['x']);
  });
  it.each(['', ';', 'a b', 'a; b', 'a; b=', 'a; =b', 'a; b =c', 'a; b="c', 'a; b="c"d', 'a; b=1; B=2', 'a; b="\n"'])(
    'is refused as %j',
    (text) => {
      expect(parameterized(text)).toBeNull();
    },
  );
});
