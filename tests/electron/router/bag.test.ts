import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bag } from '../../../electron/router/bag.ts';

describe('a bag', () => {
  it('holds what a set would hold', () => {
    const step = fc.record({ put: fc.boolean(), which: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const things = Array.from({ length: 10 }, (_, name) => ({ name, place: -1 }));
        const bag = new Bag<(typeof things)[number]>();
        const set = new Set<(typeof things)[number]>();
        for (const { put, which } of steps) {
          const thing = things[which] as (typeof things)[number];
          if (put) {
            bag.add(thing);
            set.add(thing);
          } else {
            bag.delete(thing);
            set.delete(thing);
          }
          expect(bag.size).toBe(set.size);
          expect(new Set(bag)).toEqual(set);
        }
      }),
    );
  });
});
