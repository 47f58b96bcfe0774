import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteTail } from '../../../electron/router/byte-tail.ts';

it('keeps the last bytes, however they came', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(700), fc.nat(12_000)), { maxLength: 40 }), (sizes) => {
      const tail = new ByteTail();
      let all = '';
      for (const [i, size] of sizes.entries()) {
        const piece = `${i},`.repeat(size).slice(0, size);
        all += piece;
        tail.push(Buffer.from(piece));
      }
      const kept = tail.read().toString();
      expect(all.endsWith(kept)).toBe(true);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(all.length, 4096));
    }),
  );
});
