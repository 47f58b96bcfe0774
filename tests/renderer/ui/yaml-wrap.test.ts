/** How far in a wrapped line of YAML goes on. */
import { expect, it } from 'vitest';
import { hangingIndent } from '../../../renderer/ui/yaml-wrap.ts';

it.each([
  ['version: 1', 2],
  ['  llama: # router mode', 4],
  ['      - { engine: llama }', 10],
  ['', 2],
  ['- one', 4],
  ['-1', 2],
  [`${' '.repeat(40)}deep`, 16],
])('after %j the rest begins %i columns in', (line, columns) => {
  expect(hangingIndent(line)).toBe(columns);
});
