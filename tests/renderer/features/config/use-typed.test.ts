/** A field over the config text: what the text says comes later than what is typed. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heard, type Typing, typedInto } from '../../../../renderer/features/config/use-typed.ts';

const same = (a: string, b: string) => a === b;
const field: Typing = { typed: 'a', value: 'a', sent: [] };
const type = (words: readonly string[]) => words.reduce(typedInto, field);

it('keeps what was typed while the text still says what was there before, or on the way', () => {
  const typed = type(['ab', 'abc']);
  expect(heard(typed, 'a', same)).toBe(typed);
  const late = heard(typed, 'ab', same);
  expect(late.typed).toBe('abc');
  expect(heard(late, 'abc', same)).toEqual({ typed: 'abc', value: 'abc', sent: [] });
});

it('skips what the text never said', () => {
  expect(heard(type(['ab', 'abc', 'abcd']), 'abc', same)).toEqual({ typed: 'abcd', value: 'abc', sent: ['abcd'] });
});

it('takes what somebody else wrote into the text', () => {
  expect(heard(type(['ab']), 'z', same)).toEqual({ typed: 'z', value: 'z', sent: [] });
  expect(heard(field, 'z', same).typed).toBe('z');
});

it('keeps the spelling of a value that means the same', () => {
  const spaced = typedInto(field, 'a  b');
  expect(heard(spaced, 'a b', (x, y) => x.replace(/ +/g, ' ') === y).typed).toBe('a  b');
});

it('keeps every key, however late and however seldom the text is heard', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', ' ', 'b'), fc.nat(5)), { maxLength: 30 }), (keys) => {
      const means = (text: string) => text.trim().replace(/ +/g, ' ');
      const alike = (x: string, y: string) => means(x) === means(y);
      let now = field;
      const said = ['a'];
      for (const [key, late] of keys) {
        const typed = now.typed + key;
        now = typedInto(now, typed);
        said.push(means(typed));
        now = heard(now, said[Math.max(said.indexOf(now.value), said.length - 1 - late)] ?? 'a', alike);
        expect(now.typed).toBe(typed);
      }
    }),
  );
});
