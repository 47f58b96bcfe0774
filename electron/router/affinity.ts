import { createHash } from 'node:crypto';

/**
 * Remembers which target read the beginning of a conversation last, since its KV cache may still hold it: later turns repeat the
 * earlier ones byte for byte. Bounded; the longest known beginning counts.
 */
export interface Affinity {
  /** The target that read the longest known beginning; `null` when none did. */
  find(marks: readonly string[]): string | null;
  remember(marks: readonly string[], target: string): void;
}

const MOST = 8192;
/** Beginnings of these lengths are remembered, bytes: a turn that follows shares all that fit into the one before it. */
const LENGTHS = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];

/** Nothing remembered. */
export function createAffinity(): Affinity {
  const targets = new Map<string, string>();
  return {
    find(marks) {
      for (let at = marks.length - 1; at >= 0; at -= 1) {
        const found = targets.get(marks[at] as string);
        if (found !== undefined) return found;
      }
      return null;
    },
    remember(marks, target) {
      for (const mark of marks) {
        // Deleted first, so that the map's order is that of last use.
        targets.delete(mark);
        targets.set(mark, target);
      }
      for (const oldest of targets.keys()) {
        if (targets.size <= MOST) return;
        targets.delete(oldest);
      }
    },
  };
}

/** Marks of a conversation's beginnings, short ones first; `from`: where its messages begin in the body. */
export function marksOf(entry: string, body: Buffer, from: number): string[] {
  const marks: string[] = [];
  const hash = createHash('sha256').update(entry);
  let at = from;
  for (const length of LENGTHS) {
    if (from + length > body.length) break;
    hash.update(body.subarray(at, from + length));
    at = from + length;
    marks.push(hash.copy().digest('base64url'));
  }
  return marks;
}
