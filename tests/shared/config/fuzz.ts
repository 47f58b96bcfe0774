/** Texts that a config file could be, from bytes and from structure, and what must hold of each. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { parseConfig } from '../../../shared/config/parse.ts';
import { allKeys } from '../../../shared/config/shape.ts';
import { BROKEN_CONFIGS } from '../../fixtures/broken-configs.ts';
import { CONTRACT_EXAMPLE } from '../../fixtures/contract-example.ts';

const folder = join(import.meta.dirname, '../../fixtures/configs');
const seeds = [
  CONTRACT_EXAMPLE,
  ...BROKEN_CONFIGS.map(([file]) => readFileSync(join(folder, `${file}.yaml`), 'utf8')),
];

/** Any bytes at all, read as the file would be. */
const bytes = fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw).toString('utf8'));

/** What YAML gives a meaning to, in any order. */
const PIECES = [
  ': ',
  ':',
  '- ',
  '\n',
  '\n  ',
  '\n    ',
  '\t',
  '&a ',
  '*a',
  '<<: ',
  '!!str ',
  '! ',
  '|',
  '>-\n',
  '"',
  "'",
];
const MORE = [
  '{',
  '}',
  '[',
  ']',
  ', ',
  '# ',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '\r\n',
  '? ',
  '\ufeff',
  '0x1f',
  '.nan',
  '~',
];
const words = [...new Set(allKeys().map((row) => row.path.at(-1) ?? ''))];
const signs = fc
  .array(fc.oneof(fc.constantFrom(...PIECES, ...MORE), fc.constantFrom(...words), fc.string({ maxLength: 4 })), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));

/** A real file with some bytes changed, taken out, or put in twice. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(40),
        fc.oneof(fc.constantFrom(...PIECES, ...MORE), fc.string({ unit: 'binary', maxLength: 6 })),
        fc.nat(2),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([seed, changes]) =>
    changes.reduce(
      (text, [at, length, put, how]) => {
        const start = text.length === 0 ? 0 : at % text.length;
        if (how === 0) return text.slice(0, start) + put + text.slice(start + length);
        if (how === 1) return text.slice(0, start) + put + text.slice(start);
        return text.slice(0, start) + text.slice(start, start + length).repeat(2) + text.slice(start);
      },
      seed.slice(0, 4000),
    ),
  );

/** Known and unknown keys with values of every sort, in the places of the schema and elsewhere. */
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    4000,
    1e308,
    '',
    'a',
    'a/b',
    '30s',
    '64MiB',
    '${env:X}',
    '${',
    '^(a+)+$',
    '*',
    'ollama',
    'vllm',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.double(),
);
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words) },
  fc.constantFrom('a', 'b', '__proto__', 'constructor', '1.10', '<<', ''),
  fc.string({ maxLength: 5 }),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, depthSize: 'large' },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 6 }),
  ),
}));
const section = (name: string, inner: fc.Arbitrary<unknown>) => inner.map((value) => [name, value] as const);
const named = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.oneof(tree, fc.dictionary(key, leaf, { maxKeys: 6 })),
  { maxKeys: 4 },
);
const structure = fc
  .tuple(
    fc.array(
      fc.oneof(
        section('engines', named),
        section('models', named),
        section('aliases', fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c', 'a/x'))),
        section('patterns', fc.array(tree)),
        fc.tuple(key, tree),
      ),
      { maxLength: 5 },
    ),
    fc.constantFrom(0, 2),
  )
  .map(([pairs, indent]) => JSON.stringify(Object.fromEntries(pairs), null, indent));

/** All of it, in equal parts. */
export const anyText = fc.oneof(bytes, signs, mutated, structure);

/** What holds of any text: findings with a place inside of it, and a config exactly when none of them is an error. */
export function expectSound(text: string): void {
  const { config, findings } = parseConfig(text);
  expect(config === null).toBe(findings.some((one) => one.severity === 'error'));
  const lines = text.split('\n');
  for (const one of findings) {
    const line = lines[one.line - 1];
    expect(line).toBeDefined();
    expect(one.column).toBeGreaterThanOrEqual(1);
    expect(one.column).toBeLessThanOrEqual((line ?? '').length + 1);
    expect(one.endLine > one.line || (one.endLine === one.line && one.endColumn >= one.column)).toBe(true);
    for (const { start, end } of one.fix?.edits ?? []) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThanOrEqual(start);
      expect(end).toBeLessThanOrEqual(text.length);
    }
  }
}

/** Runs so many texts; the seed of a failure is in its message, and `STACKYARD_FUZZ_SEED` repeats it. */
export function fuzz(runs: number): void {
  const given = Number(process.env.STACKYARD_FUZZ_SEED);
  fc.assert(fc.property(anyText, expectSound), { numRuns: runs, ...(given ? { seed: given } : {}) });
}
