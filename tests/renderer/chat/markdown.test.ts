import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInlines, parseMarkdown } from '../../../renderer/chat/markdown.ts';

const text = (value: string) => ({ type: 'text', text: value });

describe('parseMarkdown', () => {
  it('tells paragraphs, headings, lists, quotes and code apart', () => {
    const source =
      '# Title\nOne\ntwo\n\n- a\n- b\n  more\n\n1. x\n2) y\n\n> said\n\n```js\nlet a = "<b>";\n\n```\nend';
    expect(parseMarkdown(source)).toEqual([
      { type: 'heading', level: 1, inlines: [text('Title')] },
      { type: 'paragraph', inlines: [text('One\ntwo')] },
      { type: 'list', ordered: false, items: [[text('a')], [text('b more')]] },
      { type: 'list', ordered: true, items: [[text('x')], [text('y')]] },
      { type: 'quote', inlines: [text('said')] },
      { type: 'code', language: 'js', text: 'let a = "<b>";\n' },
      { type: 'paragraph', inlines: [text('end')] },
    ]);
  });

  it('shows an unclosed fence as code to the end', () => {
    expect(parseMarkdown('```python\nprint(1)')).toEqual([{ type: 'code', language: 'python', text: 'print(1)' }]);
  });

  it('does not end a long fence at a short one', () => {
    expect(parseMarkdown('````\n```\nx\n````')).toEqual([{ type: 'code', language: '', text: '```\nx' }]);
  });

  it('reads tables, and not lines that only have bars', () => {
    expect(parseMarkdown('| a | **b** |\n|---|:-:|\n| 1 | x\\|y |\n\nend')).toEqual([
      {
        type: 'table',
        head: [[text('a')], [{ type: 'bold', text: 'b' }]],
        rows: [[[text('1')], [text('x|y')]]],
      },
      { type: 'paragraph', inlines: [text('end')] },
    ]);
    expect(parseMarkdown('a | b\nc | d')).toEqual([{ type: 'paragraph', inlines: [text('a | b\nc | d')] }]);
  });

  it('loses no word, whatever comes', () => {
    const words = (source: string) => source.match(/[a-z]{3,}/g) ?? [];
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
    );
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
    for (const mark of ['*', '`', '[', '**a', '> ', '`a` ', '|a', '_a', '|-|\n']) parseMarkdown(mark.repeat(20_000));
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
