import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSecrets, withSecrets } from '../../../shared/config/secrets-file.ts';

it('values are text as written', () => {
  const { values, problem } = parseSecrets('# mine\na: 0123\nb: "x: y"\nc: true\nd:\n1: one\n');
  expect(problem).toBeNull();
  expect(Object.fromEntries(values)).toEqual({ 1: 'one', a: '0123', b: 'x: y', c: 'true', d: '' });
});

it('an empty file is no problem', () => {
  expect(parseSecrets('')).toMatchObject({ problem: null });
  expect(parseSecrets('# nothing\n')).toMatchObject({ problem: null });
});

it('a problem names the line and quotes nothing', () => {
  expect(parseSecrets('a: 1\nb: "hunter2\n').problem).toMatch(/line \d/);
  expect(parseSecrets('a: 1\nb: "hunter2\n').problem).not.toContain('hunter');
  expect(parseSecrets('- a\n').problem).toMatch(/name: value/);
});

it('never throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseSecrets(text)));
  expect(parseSecrets('['.repeat(100_000)).problem).not.toBeNull();
});

it('secrets are added, whatever they are, and the rest stays', () => {
  const before = '# mine\na: one # why\nb: two\n';
  expect(withSecrets(before, [{ name: 'b', value: '2: "x" # no' }])).toBe(
    '# mine\na: one # why\nb: "2: \\"x\\" # no"\n',
  );
  expect(withSecrets('# only a comment\n', [{ name: 'a', value: 'x' }])).toBe('# only a comment\na: "x"\n');
  expect(withSecrets('- a list\n', [{ name: 'a', value: 'x' }])).toBeNull();
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.constantFrom('', before), (value, text) => {
      const after = withSecrets(text, [{ name: 'key', value }]) ?? '';
      expect(parseSecrets(after).problem).toBeNull();
      expect(parseSecrets(after).values.get('key')).toBe(value);
      if (text !== '') expect(parseSecrets(after).values.get('a')).toBe('one');
    }),
  );
});
