/** The scanner against `JSON.parse`: what both fuzz tests try, the short one and the long one. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { withModel } from '../../../electron/router/rewrite.ts';
import { type Scan, scan } from '../../../electron/router/scan.ts';

/** Key, value, whether the key is spelt in escapes, space before and behind. */
type Member = readonly [string, unknown, boolean, string, string];

const spaces = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const key = fc.oneof(
  fc.constantFrom('model', 'stream', 'messages', '', 'mode', 'models', 'Model', '"', '\\', 'model\\'),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);
const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 80 }), fc.boolean());

/** The members of one object. */
export const jsonMembers: fc.Arbitrary<Member[]> = fc.array(fc.tuple(key, value, fc.boolean(), spaces, spaces), {
  maxLength: 8,
});

/** Pieces of JSON in any order: hardly ever a document, always something to survive. */
export const jsonNoise = fc.array(
  fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', ' ', '1', 'model', 'true', '"model"'),
);

/** Spells a string with escapes that `JSON.stringify` would not use. */
const spell = (text: string, escaped: boolean) =>
  escaped
    ? `"${[...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`
    : JSON.stringify(text);

export const jsonText = (parts: readonly Member[]): string =>
  `{${parts.map(([k, v, e, a, b]) => `${a}${spell(k, e)}${b}:${a}${JSON.stringify(v)}${b}`).join(',')}}`;

/** It sees what JSON.parse sees, and its splice changes nothing but the model. */
export function agrees(parts: readonly Member[]): void {
  const body = Buffer.from(jsonText(parts));
  const parsed = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  const result = scan(body);
  const models = parts.filter(([k]) => k.toLowerCase() === 'model');
  const [only] = models;
  if (models.length > 1 || (only && (only[0] !== 'model' || typeof only[1] !== 'string'))) {
    expect(result).toMatchObject({ problem: expect.stringContaining('`model`') });
    return;
  }
  const stream = 'stream' in parsed ? parsed.stream === true : null;
  if ('problem' in result || result.model !== (only?.[1] ?? null) || result.stream !== stream) {
    expect(result).toMatchObject({ model: only?.[1] ?? null, stream });
  }
  const { talk } = result as Scan;
  const first = parts.find(([k, , escaped]) => k === 'messages' && !escaped);
  if (!first) expect(talk).toBeNull();
  else expect(body.toString('utf8', talk ?? 0).startsWith(JSON.stringify(first[1]))).toBe(true);
  const spliced = Buffer.concat(withModel(body, result as Scan, 'new "ö"')).toString('utf8');
  expect(JSON.parse(spliced)).toEqual({ ...parsed, model: 'new "ö"' });
}

/** It ends, and takes whatever JSON.parse takes. */
export function survives(parts: readonly string[]): void {
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
}
