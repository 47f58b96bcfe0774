import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isScalar, isSeq } from 'yaml';
import { applyEdits, removeKey, setValue, whyReadonly } from '../../../shared/config/edit.ts';
import { readYaml } from '../../../shared/config/parse.ts';
import type { Json } from '../../../shared/config/write.ts';

const FILE = `# my stack
version: 1
gateway: { port: 4000 }   # the usual one
engines:
  llama:
    kind: llama.cpp        # built by hand
    model: ~/m.gguf
    args: ["-t", "4"]      # two cores
    # the port is free

  big:
    kind: vllm
    model: org/name
    args:
      - --max-model-len   # more does not fit
      - "4096"
      # end of args
    port: 8001
`;

const set = (text: string, path: (string | number)[], value: Json): string => {
  const result = setValue(text, path, value);
  if (result.readonly) throw new Error(`${result.reason} (line ${result.line})`);
  return result.text;
};

describe('setValue', () => {
  it('replaces a number and keeps the comment behind it', () => {
    expect(set(FILE, ['gateway', 'port'], 4100)).toBe(FILE.replace('{ port: 4000 }', '{ port: 4100 }'));
  });

  it('adds a key as a line of its own, indented like its neighbours', () => {
    expect(set(FILE, ['engines', 'llama', 'start'], 'with-app')).toBe(
      FILE.replace('# two cores\n', '# two cores\n    start: with-app\n'),
    );
  });

  it('adds a key inside braces', () => {
    expect(set(FILE, ['gateway', 'host'], '::1')).toContain('gateway: { port: 4000, host: "::1" }   # the usual one');
  });

  it('writes groups of keys that are not there yet', () => {
    expect(set(FILE, ['engines', 'llama', 'health', 'every'], '5s')).toContain('\n    health: { every: 5s }\n');
    expect(set(FILE, ['app', 'theme'], 'dark')).toContain('\napp: { theme: dark }\n');
  });

  it('fills a key that has no value', () => {
    expect(set('engines:\n  a:\n    kind: ollama\n    port: # free\n', ['engines', 'a', 'port'], 1)).toBe(
      'engines:\n  a:\n    kind: ollama\n    port: 1 # free\n',
    );
    expect(set('logs:\n', ['logs', 'files'], 3)).toBe('logs: { files: 3 }\n');
  });

  it('starts an empty file', () => {
    expect(set('', ['gateway', 'port'], 1)).toBe('gateway: { port: 1 }\n');
    expect(set('# only words', ['version'], 1)).toBe('# only words\nversion: 1\n');
  });

  it('changes a list in brackets as a whole', () => {
    expect(set(FILE, ['engines', 'llama', 'args'], ['-t', '8'])).toContain(
      'args: [-t, "8"]      # two cores'.replace('[-t', '["-t"'),
    );
  });

  it.each<[string, string[], string]>([
    ['[--seed, \'1\', "-t",  4s ] # c', ['--seed', '2', '-t', '4s'], '[--seed, \'2\', "-t",  4s ] # c'],
    ['[--seed, \'1\', "-t",  4s ]', ['--seed', '1', '-t', '4s', '--x'], '[--seed, \'1\', "-t",  4s, "--x" ]'],
    ['[--seed, \'1\', "-t",  4s, ]', ['--seed', '1'], "[--seed, '1', ]"],
    ["[a,'1', b]", ['b'], '[b]'],
    ["[a,'1', b]", ['z', 'a', '1', 'b'], "[z,a,'1', b]"],
    ["[ a,'1' ]", ['a', 'p', 'm', '1'], "[ a,p,m,'1' ]"],
  ])('keeps what stays of the list %s', (before, value, after) => {
    expect(set(`k: ${before}\n`, ['k'], value)).toBe(`k: ${after}\n`);
  });

  it('keeps the comments of the items of a list that stay', () => {
    const text = set(FILE, ['engines', 'big', 'args'], ['--max-model-len', '8192', '--enforce-eager']);
    expect(text).toBe(FILE.replace('- "4096"\n', '- "8192"\n      - "--enforce-eager"\n'));
  });

  it('removes items of a list with their lines', () => {
    expect(set(FILE, ['engines', 'big', 'args'], ['--max-model-len'])).toBe(FILE.replace('      - "4096"\n', ''));
  });

  it('keeps quotes as they were', () => {
    expect(set("a: 'x'\n", ['a'], 'y')).toBe("a: 'y'\n");
    expect(set('a: "x"\n', ['a'], 'y')).toBe('a: "y"\n');
    expect(set("a: 'x'\n", ['a'], "it's")).toBe('a: "it\'s"\n');
  });

  it('keeps CRLF, a BOM and tabs in comments', () => {
    const text = '\ufeff# a\ttab\r\nengines:\r\n  a:\r\n    kind: ollama\t# x\ty\r\n';
    expect(set(text, ['engines', 'a', 'port'], 1)).toBe(
      `${text}    port: 1\r\n`.replace('y\r\n    port', 'y\r\n    port'),
    );
  });

  it('changes nothing when the value is there already', () => {
    expect(setValue(FILE, ['gateway', 'port'], 4000)).toEqual({ text: FILE, edits: [] });
  });

  it.each<[string, string, (string | number)[], number, RegExp]>([
    ['an anchor', 'a: &x 1\nb: *x\n', ['a'], 1, /used elsewhere/],
    ['an alias', 'a: &x 1\nb: *x\n', ['b'], 2, /stands elsewhere/],
    ['a merge', 'a: &x { p: 1 }\nb:\n  <<: *x\n  q: 2\n', ['b', 'q'], 3, /<</],
    ['braces over several lines', 'v: 1\na: {\n  p: 1\n}\n', ['a', 'q'], 2, /several lines/],
    ['a text over several lines', 'v: 1\na: |\n  p\n', ['a'], 2, /several lines/],
    ['a YAML error', 'v: 1\na: [\n', ['v'], 2, /YAML error/],
    ['a group of keys', 'a:\n  b: 1\n', ['a'], 2, /one by one/],
  ])('refuses %s and names the line', (_, text, path, line, reason) => {
    const result = setValue(text, path, 3);
    expect(result).toMatchObject({ readonly: true, line, reason: expect.stringMatching(reason) });
  });

  it('tells beforehand what a form can’t change', () => {
    expect(whyReadonly(FILE, ['engines', 'big', 'args'])).toBeNull();
    expect(whyReadonly(FILE, ['engines', 'big', 'start'])).toBeNull();
    expect(whyReadonly('a: &x 1\nb: *x\n', ['b'])).toMatchObject({ line: 2 });
    expect(whyReadonly('a:\n  - - 1\n', ['a'])).toMatchObject({ line: 2 });
  });
});

describe('removeKey', () => {
  it('takes out a line, or a part of the braces', () => {
    expect(removeKey(FILE, ['engines', 'big', 'port'])).toMatchObject({ text: FILE.replace('    port: 8001\n', '') });
    expect(removeKey('a: { b: 1, c: 2 }\n', ['a', 'b'])).toMatchObject({ text: 'a: { c: 2 }\n' });
    expect(removeKey('a: { b: 1, c: 2 }\n', ['a', 'c'])).toMatchObject({ text: 'a: { b: 1 }\n' });
    expect(removeKey('a: { b: 1 }\n', ['a', 'b'])).toMatchObject({ text: 'a: {}\n' });
    expect(removeKey('a:\n  b: 1\nc: 2\n', ['a', 'b'])).toMatchObject({ text: 'a: {}\nc: 2\n' });
    expect(removeKey('a:\n  - b: 1\n    c: 2\n', ['a', 0, 'b'])).toMatchObject({ text: 'a:\n  - c: 2\n' });
  });

  it('takes out a list with all its lines', () => {
    const result = removeKey(FILE, ['engines', 'big', 'args']);
    expect(result.readonly).toBeUndefined();
    expect((result as { text: string }).text).toContain('model: org/name\n      # end of args\n    port: 8001\n');
  });

  it('changes nothing when the key is not there', () => {
    expect(removeKey(FILE, ['engines', 'nobody'])).toEqual({ text: FILE, edits: [] });
  });
});

// documents in many styles: block and flow, quotes, comments, blank lines, line ends, a BOM
const word = fc.stringMatching(/^[a-z]{1,4}$/);
const scalar = fc.oneof(
  word,
  fc.integer({ min: 0, max: 9999 }).map(String),
  word.map((w) => `'${w} #'`),
  word.map((w) => `"${w}: \\t"`),
  fc.constant(''),
);
const comment = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  word.map((w) => `  # ${w}\t: [x`),
);
const flow = fc.oneof(
  fc.uniqueArray(word, { maxLength: 3 }).map((keys) => `{ ${keys.map((k) => `${k}: 1`).join(', ')} }`),
  fc.array(word, { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
);
const block = (indent: string, depth: number): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.tuple(word, scalar, comment, fc.integer({ min: 0, max: depth > 0 ? 4 : 1 }), fc.boolean()), {
      minLength: 1,
      maxLength: 4,
      selector: ([key]) => key,
    })
    .chain((entries) =>
      fc
        .tuple(
          ...entries.map(([key, value, note, kind, gap]) => {
            const lead = gap ? `\n${indent}# gap\n` : '';
            if (kind === 1) return flow.map((f) => `${lead}${indent}${key}: ${f}${note}\n`);
            if (kind === 2) return block(`${indent}  `, depth - 1).map((b) => `${lead}${indent}${key}:${note}\n${b}`);
            if (kind === 3) {
              return fc
                .array(fc.tuple(word, comment), { minLength: 1, maxLength: 3 })
                .map(
                  (items) =>
                    `${lead}${indent}${key}:${note}\n${items.map(([w, c]) => `${indent}- ${w}${c}\n`).join('')}`,
                );
            }
            if (kind === 4) return fc.constant(`${lead}${indent}${key}: |\n${indent}   text\n\n`);
            return fc.constant(`${lead}${indent}${key}: ${value}${note}\n`);
          }),
        )
        .map((parts) => parts.join('')),
    );
const file = fc.tuple(block('', 2), fc.boolean(), fc.boolean(), fc.boolean()).map(([text, crlf, bom, open]) => {
  const ended = open ? text.replace(/\n$/, '') : text;
  return (bom ? '\ufeff' : '') + (crlf ? ended.replaceAll('\n', '\r\n') : ended);
});

/** Every path that is written, and one key that is not in each map. */
function paths(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [path];
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(value).flatMap(([k, v]) => paths(v, [...path, k])),
    [...path, 'zz-new'],
  ];
}

const wanted: fc.Arbitrary<Json> = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.string(),
  fc.constant('it is: # "quoted"'),
  fc.array(fc.oneof(word, fc.string()), { maxLength: 4 }),
);

describe('any document', () => {
  it('reads back with that one value changed, and keeps all else byte for byte', () => {
    let changed = 0;
    fc.assert(
      fc.property(file, wanted, fc.nat(), (text, value, pick) => {
        const before: unknown = readYaml(text).toJS();
        const all = paths(before);
        const path = all[pick % all.length] ?? ['zz-new'];
        const result = setValue(text, path, value);
        if (result.readonly) {
          expect(result.line).toBeGreaterThan(0);
          // a form that was told "can be changed" must be able to, with a value of the same sort
          const old: unknown = readYaml(text).getIn(path);
          const sameSort = isSeq(old) === Array.isArray(value);
          expect(whyReadonly(text, path) === null && sameSort).toBe(false);
          return;
        }
        changed++;
        const now = path.reduce<unknown>(
          (at, step) => (at as Record<string, unknown>)[step],
          readYaml(result.text).toJS(),
        );
        expect(now).toEqual(value);
        expect(applyEdits(text, result.edits)).toBe(result.text);
        // what changes is the value itself: nothing before it, nothing behind it
        const old: unknown = readYaml(text).getIn(path, true);
        const range = isScalar(old) || (isSeq(old) && old.flow) ? old.range : null;
        if (range && text.slice(range[0], range[1]) !== '') {
          for (const edit of result.edits) {
            expect(edit.start).toBeGreaterThanOrEqual(range[0]);
            expect(edit.end).toBeLessThanOrEqual(range[1]);
          }
        }
        // comments are never lost: a removed item of a list may take its own along
        const notes = (t: string) => t.match(/# gap/g)?.length ?? 0;
        expect(notes(result.text)).toBeGreaterThanOrEqual(notes(text));
      }),
      { numRuns: 600 },
    );
    expect(changed).toBeGreaterThan(300);
  });

  it('never throws and never breaks the file when a key is removed', () => {
    fc.assert(
      fc.property(file, fc.nat(), (text, pick) => {
        const all = paths(readYaml(text).toJS());
        const path = all[pick % all.length] ?? [];
        const result = removeKey(text, path);
        if (result.readonly) return;
        expect(readYaml(result.text).errors).toEqual([]);
        expect(readYaml(result.text).hasIn(path)).toBe(false);
      }),
      { numRuns: 250 },
    );
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), word, (text, key) => {
        setValue(text, [key], 1);
        removeKey(text, [key]);
        whyReadonly(text, [key, key]);
      }),
      { numRuns: 250 },
    );
  });
});
