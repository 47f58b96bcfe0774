import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinArguments, splitArguments } from '../../../../renderer/features/config/arguments-text.ts';

describe('arguments as text', () => {
  it('reads back what it wrote, whatever the arguments', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (args) => {
        expect(splitArguments(joinArguments(args))).toEqual(args);
      }),
    );
  });

  it('reads as a shell would, expanding nothing', () => {
    expect(splitArguments(`-t 4  --alias "my model" 'a "b"' $HOME x\\ y ""`)).toEqual([
      '-t',
      '4',
      '--alias',
      'my model',
      'a "b"',
      '$HOME',
      'x y',
      '',
    ]);
  });

  it('waits while a quote is open', () => {
    expect(splitArguments('--alias "my')).toBeNull();
    expect(splitArguments('a\\')).toBeNull();
  });
});
