/** A million cases, in parts, so that one that fails is reported before all are through. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { agrees, jsonMembers, jsonNoise, survives } from './scan-fuzz.ts';

const PARTS = 40;
const EACH = 25_000;

describe(`the scanner against JSON.parse, ${PARTS * EACH} objects`, () => {
  it.each(Array.from({ length: PARTS }, (_, part) => part + 1))(`part %i of ${PARTS}`, () => {
    fc.assert(fc.property(jsonMembers, agrees), { numRuns: EACH });
  });

  it('ends on any bytes', () => {
    fc.assert(fc.property(jsonNoise, survives), { numRuns: 200_000 });
  });
});
