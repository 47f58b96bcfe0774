/** The multipart scanner against a reader of RFC 7578 that shares nothing with it and takes all that lenient servers take. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { multipartBody } from '../../../electron/router/multipart.ts';
import { model, target } from '../../fixtures/upstream/routing-table.ts';

export const BOUNDARY = 'xYz';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

interface Part {
  readonly name: string;
  readonly value: string;
  readonly file: boolean;
}

/** Every part of a form, in Latin-1; `null` when it never ends. */
export function formParts(body: string): Part[] | null {
  const found: Part[] = [];
  const [, ...pieces] = `\r\n${body}`.split(`\r\n--${BOUNDARY}`);
  for (const piece of pieces) {
    if (piece.startsWith('--')) return found;
    const gap = piece.indexOf('\r\n\r\n');
    if (!piece.startsWith('\r\n') || gap < 0) return null;
    const head = piece.slice(0, gap).replace(/\r\n[ \t]+/g, ' ');
    const line = head.split('\r\n').find((one) => /^content-disposition\s*:/i.test(one)) ?? '';
    let name = '';
    let file = false;
    for (const [, key = '', quoted, plain] of line.matchAll(
      /;\s*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g,
    )) {
      if (/^filename\*?$/i.test(key)) file = true;
      if (/^name$/i.test(key)) name = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
    }
    found.push({ name, value: piece.slice(gap + 4), file });
  }
  return null;
}

const value = fc.oneof(
  fc.constantFrom('whisper', 'true', '', '--', '--xY', 'name="model"', '\r\n\r\n', '\r\n'),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const name = fc.oneof(
  fc.constantFrom('model', 'stream', 'file', 'language', 'Model', 'a; name=model'),
  fc.stringMatching(/^[a-z ]{1,8}$/),
);

/** Parts as clients write them. */
export const forms: fc.Arbitrary<(Part & { readonly plain: boolean })[]> = fc.array(
  fc.record({ name, value, file: fc.boolean(), plain: fc.boolean() }),
  { maxLength: 6 },
);

export function formText(parts: readonly (Part & { readonly plain: boolean })[]): string {
  const written = parts.map(({ name: called, value: said, file, plain }) => {
    const quoted = plain && /^[a-z]+$/i.test(called) ? called : `"${called}"`;
    const more = file ? '; filename="a \\" b"\r\nContent-Type: audio/wav' : '';
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name=${quoted}${more}\r\n\r\n${said}\r\n`;
  });
  return `${written.join('')}--${BOUNDARY}--\r\n`;
}

/** On a form as clients write it: the same fields, and a splice that changes the model alone. */
export function agrees(parts: readonly (Part & { readonly plain: boolean })[]): void {
  const body = formText(parts);
  const read = formParts(body);
  // A value may happen to hold a delimiter.
  if (read?.length !== parts.length) return;
  const bytes = Buffer.from(body, 'latin1');
  const found = multipartBody(bytes, TYPE);
  const models = read.filter((part) => part.name === 'model' && !part.file);
  if (models.length > 1) {
    expect(found).toEqual({ problem: '`model` is given twice.' });
    return;
  }
  if ('problem' in found) throw new Error(`${found.problem}: ${JSON.stringify(body)}`);
  expect(found.model).toBe(models[0] ? Buffer.from(models[0].value, 'latin1').toString('utf8') : null);
  const stream = read.find((part) => part.name === 'stream' && !part.file);
  expect(found.stream).toBe(stream?.value === 'true');
  const after = formParts(sentOn(bytes));
  const renamed = (part: Part) => (part === models[0] ? { ...part, value: 'NEW' } : part);
  const added = models[0] ? [] : [{ name: 'model', value: 'NEW', file: false }];
  expect(after).toEqual([...added, ...read.map(renamed)]);
}

const edit = fc.record({
  at: fc.nat(),
  drop: fc.nat({ max: 3 }),
  put: fc.constantFrom(
    '',
    '\r\n',
    '\r',
    '\n',
    '"',
    '\\',
    ';',
    ' ',
    '=',
    '--xYz',
    'model',
    'name=model',
    '\0',
    '*',
    '\r\n ',
  ),
});
export const edits = fc.tuple(forms, fc.array(edit, { minLength: 1, maxLength: 4 }));

/** On a form that was tampered with: refused, or the model that goes on is the only one that anybody could find in it. */
export function cannotBeFooled([parts, changes]: readonly [
  readonly (Part & { readonly plain: boolean })[],
  readonly { at: number; drop: number; put: string }[],
]): void {
  let body = formText(parts);
  for (const { at, drop, put } of changes) {
    const place = at % (body.length + 1);
    body = body.slice(0, place) + put + body.slice(place + drop);
  }
  const bytes = Buffer.from(body, 'latin1');
  if ('problem' in multipartBody(bytes, TYPE)) return;
  const after = formParts(sentOn(bytes));
  const models = after?.filter((part) => part.name === 'model' && !part.file);
  if (models?.length !== 1 || models[0]?.value !== 'NEW') throw new Error(`fooled by ${JSON.stringify(body)}`);
}

function sentOn(bytes: Buffer): string {
  const found = multipartBody(bytes, TYPE);
  if ('problem' in found) throw new Error(found.problem);
  return Buffer.concat(found.forTarget(model('m', []), target('a', 'NEW'))).toString('latin1');
}
