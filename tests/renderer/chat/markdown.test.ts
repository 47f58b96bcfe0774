import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInlines, parseMarkdown } from '../../../renderer/chat/markdown.ts';

const text = (value: string) => ({ type: 'text', text: value });
const line = (value: string) => ({ type: 'paragraph', inlines: [text(value)] });
const list = (start: number | null, ...items: readonly (readonly unknown[])[]) => ({ type: 'list', start, items });
const blocks = (source: string) => parseMarkdown(source).blocks;

describe('parseMarkdown', () => {
  it('tells paragraphs, headings, lists, quotes and code apart', () => {
    const source =
      '# Title\nOne\ntwo\n\n- a\n- b\n  more\n\n1. x\n2) y\n\n> said\n\n```js\nlet a = "<b>";\n\n```\nend';
    expect(blocks(source)).toEqual([
      { type: 'heading', level: 1, inlines: [text('Title')] },
      { type: 'paragraph', inlines: [text('One\ntwo')] },
      { type: 'list', start: null, items: [[line('a')], [line('b\nmore')]] },
      { type: 'list', start: 1, items: [[line('x')], [line('y')]] },
      { type: 'quote', blocks: [line('said')] },
      { type: 'code', language: 'js', text: 'let a = "<b>";\n' },
      { type: 'paragraph', inlines: [text('end')] },
    ]);
  });

  it('shows an unclosed fence as code to the end', () => {
    expect(blocks('```python\nprint(1)')).toEqual([{ type: 'code', language: 'python', text: 'print(1)' }]);
  });

  it('does not end a long fence at a short one', () => {
    expect(blocks('````\n```\nx\n````')).toEqual([{ type: 'code', language: '', text: '```\nx' }]);
  });

  it('reads tables, and not lines that only have bars', () => {
    expect(blocks('| a | **b** |\n|---|:-:|\n| 1 | x\\|y |\n\nend')).toEqual([
      {
        type: 'table',
        head: [[text('a')], [{ type: 'bold', text: 'b' }]],
        rows: [[[text('1')], [text('x|y')]]],
      },
      { type: 'paragraph', inlines: [text('end')] },
    ]);
    expect(blocks('a | b\nc | d')).toEqual([{ type: 'paragraph', inlines: [text('a | b\nc | d')] }]);
  });

  it('keeps lists below lists, as deep as they are, with two, three or four spaces', () => {
    const nested = [
      list(null, [line('a'), list(null, [line('b'), list(null, [line('c')])], [line('d')])], [line('e')]),
    ];
    expect(blocks('- a\n  - b\n    - c\n  - d\n- e')).toEqual(nested);
    expect(blocks('* a\n    * b\n        * c\n    * d\n* e')).toEqual(nested);
    expect(blocks('+ a\n\t+ b\n\t\t+ c\n\t+ d\n+ e')).toEqual(nested);
    expect(blocks('1. a\n  - b\n    - c\n2. d')).toEqual([
      list(1, [line('a'), list(null, [line('b'), list(null, [line('c')])])], [line('d')]),
    ]);
  });

  it('goes on counting over blank lines and what stands below an item', () => {
    const source = '3. **One**\n\n   Text.\n\n   ```sh\n   ls\n\n   pwd\n   ```\n\n4. Two\n\nEnd';
    expect(blocks(source)).toEqual([
      list(
        3,
        [
          { type: 'paragraph', inlines: [{ type: 'bold', text: 'One' }] },
          line('Text.'),
          { type: 'code', language: 'sh', text: 'ls\n\npwd' },
        ],
        [line('Two')],
      ),
      line('End'),
    ]);
    expect(blocks('- a\n\n1. b')).toEqual([list(null, [line('a')]), list(1, [line('b')])]);
  });

  it('reads what stands in a quote, and rules', () => {
    expect(blocks('> - a\n> > b\n\n---\n* * *\n- - a')).toEqual([
      { type: 'quote', blocks: [list(null, [line('a')]), { type: 'quote', blocks: [line('b')] }] },
      { type: 'rule' },
      { type: 'rule' },
      list(null, [list(null, [line('a')])]),
    ]);
  });

  const part = fc.constantFrom(
    'abc',
    'def ',
    '\n',
    '\n\n',
    '`',
    '**',
    '*',
    '- ',
    '# ',
    '> ',
    '```\n',
    '1. ',
    '<b>',
    '  ',
    '|',
    '|--|',
    '\n  ',
    '\n    ',
    '---',
    '\r\n',
    '\t',
  );

  it('reads a text that grows as it reads the whole, and keeps the blocks that are finished', () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        let source = '';
        let read = parseMarkdown('');
        for (const more of parts) {
          source += more;
          const next = parseMarkdown(source, read);
          expect(next.blocks).toEqual(blocks(source));
          for (const [i, block] of read.blocks.slice(0, -2).entries()) expect(next.blocks[i]).toBe(block);
          read = next;
        }
      }),
    );
  });

  it('loses no word, whatever comes', () => {
    const words = (source: string) => source.match(/[a-z]{3,}/g) ?? [];
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join('')),
        (source) => {
          const shown = JSON.stringify(parseMarkdown(source));
          for (const word of words(source)) expect(shown).toContain(word);
        },
      ),
    );
  });

  it('takes a megabyte of marks without hanging', () => {
    const marks = [
      '*',
      '`',
      '[',
      '**a',
      '> ',
      '`a` ',
      '|a',
      '_a',
      '|-|\n',
      '- ',
      '- a\n',
      '1. ',
      '  - a\n',
      '# ',
      '*a_',
      '[a](',
      '~~a',
    ];
    for (const mark of marks) parseMarkdown(mark.repeat(20_000));
  });
});

describe('parseInlines', () => {
  it('finds bold, italic, code and links', () => {
    expect(parseInlines('**a** *b* `**c**` ``d`e`` [f](http://g)')).toEqual([
      { type: 'bold', text: 'a' },
      text(' '),
      { type: 'italic', text: 'b' },
      text(' '),
      { type: 'code', text: '**c**' },
      text(' '),
      { type: 'code', text: 'd`e' },
      text(' '),
      { type: 'link', text: 'f', href: 'http://g' },
    ]);
  });

  it('leaves products, names and unfinished marks alone', () => {
    for (const plain of ['2 * 3 * 4', 'snake_case_name', 'a*b*c', '**not yet', '`not yet', '[x] (y)']) {
      expect(parseInlines(plain)).toEqual([text(plain)]);
    }
  });
});
