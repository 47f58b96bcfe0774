import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { references, replaceReferences, secretVariable } from '../../../shared/config/references.ts';

const value = (text: string) => replaceReferences(text, ({ kind, name }) => `<${kind} ${name}>`);

describe('references', () => {
  it('are found wherever they stand', () => {
    expect(references('a ${env:HOME}/${secret:my.key-1}')).toEqual({
      found: [
        { kind: 'env', name: 'HOME', start: 2, end: 13 },
        { kind: 'secret', name: 'my.key-1', start: 14, end: 32 },
      ],
      broken: [],
    });
  });

  it('that are none are told', () => {
    expect(references('${home} ${env:} ${env:A-B} ${secret:x').broken).toEqual([
      '${home}',
      '${env:}',
      '${env:A-B}',
      '${secret:x',
    ]);
  });

  it('are replaced, and nothing else is', () => {
    expect(value('x ${env:A}${secret:b} $HOME ${c}')).toBe('x <env A><secret b> $HOME ${c}');
  });

  it('may be written out by a second $', () => {
    expect(value('$${env:A} $${ ${env:A}')).toBe('${env:A} ${ <env A>');
    expect(references('$${env:A}')).toEqual({ found: [], broken: [] });
  });

  it('leave any text without ${ as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('${'));
        expect(value(text)).toBe(text);
      }),
    );
  });

  it('never look into what was put in', () => {
    expect(replaceReferences('${secret:a}', () => '${secret:b} $${')).toBe('${secret:b} $${');
  });
});

it('a secret’s variable is its name in upper case, other characters as _', () => {
  expect(secretVariable('my-key.2')).toBe('STACKYARD_SECRET_MY_KEY_2');
});
