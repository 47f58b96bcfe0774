import fc from 'fast-check';
import { describe, it } from 'vitest';
import { agrees, cannotBeFooled, edits, forms } from './multipart-fuzz.ts';

describe('the multipart scanner against another reader', () => {
  it('50,000 forms as clients write them', () => {
    fc.assert(fc.property(forms, agrees), { numRuns: 50_000 });
  });
  it('50,000 forms that were tampered with', () => {
    fc.assert(fc.property(edits, cannotBeFooled), { numRuns: 50_000 });
  });
});
