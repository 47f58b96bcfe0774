import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSecrets } from '../../../shared/config/secrets-file.ts';

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
