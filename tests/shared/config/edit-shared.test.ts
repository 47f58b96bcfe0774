/** Edits of files in which one value stands for several: anchors, merges, text over several lines; with any line end, and a BOM. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isMap, isScalar, isSeq, visit } from 'yaml';
import { applyEdits, removeKey, setValue } from '../../../shared/config/edit.ts';
import { readYaml } from '../../../shared/config/parse.ts';
import type { Json } from '../../../shared/config/write.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'port', 'host');
const plain = fc.constantFrom('1', 'word', "'q #'", '"d: x"', '~', '');
const note = fc.constantFrom('', '', ' # note', '\t# tab');

/** Values after `KEY:`; `in` is how deep the key is. Anchors are numbered later, aliases then get one written above them. */
const valueAt = (into: string): fc.Arbitrary<string> => {
  const more = `${into}  `;
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(plain, note).map(([v, n]) => ` ${v}${n}\n`) },
    fc.tuple(fc.constantFrom('1', 'word', '{ x: 1, y: 2 }', '[p, q]'), note).map(([v, n]) => ` &@ ${v}${n}\n`),
    fc.constant(`\n${more}<<: *n0\n${more}own: 1\n`),
    fc.constant(` &@\n${more}x: 1 # kept\n${more}y: [1, 2]\n`),
    { weight: 2, arbitrary: note.map((n) => ` *@${n}\n`) },
    note.map((n) => ` { <<: *n0, own: 1 }${n}\n`),
    note.map((n) => ` [one, *@, two]${n}\n`),
    note.map((n) => ` {${n}\n${more}x: 1,${n}\n${more}y: 2\n${into}}\n`),
    note.map((n) => ` [${n}\n${more}p,\n\n${more}"q" ]${n}\n`),
    fc.constant(`\n${more}- p # first\n${more}- *@\n`),
    fc.constant(` >-\n${more}folded\n${more}text\n\n`),
    fc.constant(` "two\n${more}lines"\n`),
    fc.constant(` plain\n${more}over lines\n`),
    fc.constant(' !!str 12\n'),
  );
};

const section = fc
  .uniqueArray(key, { minLength: 1, maxLength: 4 })
  .chain((keys) =>
    fc
      .tuple(...keys.map(() => fc.tuple(valueAt('  '), fc.boolean())))
      .map((values) => keys.map((k, i) => `${values[i]?.[1] ? '  # gap\n\n' : ''}  ${k}:${values[i]?.[0]}`).join('')),
  );

/** Numbers the anchors; an alias takes one of those above it, the first of all being that of `base`. */
function named(text: string, pick: number): string {
  let made = 0;
  return text.replace(/([&*])@/g, (_, mark: string) =>
    mark === '&' ? `&n${++made}` : `*n${made === 0 ? 0 : (pick % made) + (made > 1 ? 1 : 0)}`,
  );
}

const file = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom('one', 'two', 'three'), { minLength: 1 }),
    fc.array(section, { minLength: 3, maxLength: 3 }),
    fc.nat(),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([names, sections, pick, end, bom, open]) => {
    const text = `base: &n0 { x: 0, port: 1 } # shared\n${names.map((n, i) => `${n}:\n${sections[i]}`).join('')}`;
    const whole = named(text, pick);
    return (bom ? '\ufeff' : '') + (open ? whole.replace(/\n+$/, '') : whole).replaceAll('\n', end);
  });

const paths = (value: unknown, at: (string | number)[] = []): (string | number)[][] => [
  ...(at.length > 0 ? [at] : []),
  ...(value !== null && typeof value === 'object' && !Array.isArray(value)
    ? [...Object.entries(value).flatMap(([k, v]) => paths(v, [...at, k])), [...at, 'zz-new']]
    : []),
];

const wanted: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(1, true, null, '', 'text', 'it is: # "quoted"', '*n0', '&n0', '<<', 'a\nb', '\ufeff'),
  fc.array(fc.constantFrom('p', 'q', '*n0', '- x'), { maxLength: 3 }),
);

/** What a file says with one place changed, by copying what it says; `undefined` takes the place out. */
function changed(value: unknown, [step, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (step === undefined) return to;
  const copy: Record<string, unknown> = { ...((value ?? {}) as Record<string, unknown>) };
  const next = changed(copy[step], rest, to);
  if (next === undefined) delete copy[step];
  else copy[step] = next;
  return copy;
}

const says = (text: string): unknown => JSON.parse(JSON.stringify(readYaml(text).toJS()));

/** Where the value of a path stands, when it is written in one piece. */
function bytesOf(text: string, path: readonly (string | number)[]): readonly [number, number] | null {
  const node: unknown = readYaml(text).getIn(path, true);
  const one = isScalar(node) || (isSeq(node) && node.flow) ? node.range : null;
  return one && one[1] > one[0] ? [one[0], one[1]] : null;
}

/** Anchors and merges: what other places of a file may hang on. */
const marks = (text: string) => {
  const found: string[] = [];
  visit(readYaml(text), {
    Node: (_, node) => void ('anchor' in node && node.anchor && found.push(`&${node.anchor}`)),
    Pair: (_, pair) => void (isScalar(pair.key) && pair.key.value === '<<' && found.push('<<')),
  });
  return found.sort();
};

it('keeps all else byte for byte and reads back as wanted, or is refused with its line', () => {
  const count = { done: 0, refused: 0, shared: 0 };
  fc.assert(
    fc.property(file, wanted, fc.nat(), (text, value, pick) => {
      expect(readYaml(text).errors).toEqual([]);
      const before = says(text);
      const all = paths(before);
      const path = all[pick % all.length] ?? ['zz-new'];
      const result = setValue(text, path, value);
      if (result.readonly) {
        count.refused++;
        expect(result.line).toBeGreaterThan(0);
        expect(result.line).toBeLessThanOrEqual(text.split('\n').length);
        expect(result.reason).toMatch(/\S\.$/);
        return;
      }
      count.done++;
      expect(says(result.text)).toEqual(changed(before, path, value));
      expect(applyEdits(text, result.edits)).toBe(result.text);
      // what others hang on is still there
      expect(marks(result.text)).toEqual(marks(text));
      if (marks(text).length > 1) count.shared++;
      const bytes = bytesOf(text, path);
      for (const edit of result.edits) {
        if (bytes !== null) expect([edit.start >= bytes[0], edit.end <= bytes[1]]).toEqual([true, true]);
        // a value that is added takes nothing away
        else if (!readYaml(text).hasIn(path)) expect(edit.end).toBe(edit.start);
      }
      // one kind of line end, and a BOM only where it was
      if (text.includes('\r\n')) expect(result.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(result.text.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'));
    }),
    { numRuns: 800 },
  );
  expect(Math.min(count.done, count.refused, count.shared)).toBeGreaterThan(80);
});

it('takes a key out and nothing that others read, or is refused with its line', () => {
  let done = 0;
  fc.assert(
    fc.property(file, fc.nat(), (text, pick) => {
      const before = says(text);
      const all = paths(before).filter((path) => readYaml(text).hasIn(path));
      const path = all[pick % all.length] ?? ['base'];
      const result = removeKey(text, path);
      if (result.readonly) return void expect(result.line).toBeGreaterThan(0);
      done++;
      const parent = path.slice(0, -1);
      const left = changed(before, path, undefined);
      expect(says(result.text)).toEqual(left);
      expect(isMap(readYaml(result.text).getIn(parent, true)) || parent.length === 0).toBe(true);
    }),
    { numRuns: 400 },
  );
  expect(done).toBeGreaterThan(40);
});
