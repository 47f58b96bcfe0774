/** Mends a LiteLLM config by the fixes of its findings: splices, so that all else stays byte for byte. */
import type { Finding, TextEdit } from '../model.ts';
import { applyEdits } from './edit.ts';
import { checkLitellm } from './litellm-check.ts';

/** A mended place may show another mistake; more rounds than this are never needed by a file that gets better. */
const MAX_ROUNDS = 10;

export interface MendedLitellm {
  readonly text: string;
  /** What was mended, as it was found. */
  readonly fixed: readonly Finding[];
  /** What is wrong with the mended text. */
  readonly left: readonly Finding[];
}

/** Applies all fixes there are, as long as no more errors are left than there were. Never throws. */
export function mendLitellm(text: string): MendedLitellm {
  let best: MendedLitellm = { text, fixed: [], left: checkLitellm(text).findings };
  let now = best;
  const seen = new Set([text]);
  // A right name may make another mistake visible, which the next round mends.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const chosen = apart(now.left);
    const after = applyEdits(
      now.text,
      chosen.flatMap((one) => one.fix?.edits ?? []),
    );
    if (seen.has(after)) break;
    seen.add(after);
    now = { text: after, fixed: [...now.fixed, ...chosen], left: checkLitellm(after).findings };
    if (errors(now.left) <= errors(best.left)) best = now;
  }
  return best;
}

/** Findings with a fix, the first ones of those whose edits touch each other. */
function apart(findings: readonly Finding[]): readonly Finding[] {
  const taken: TextEdit[] = [];
  return findings.filter(({ fix }) => {
    if (fix === undefined || fix.edits.length === 0) return false;
    if (fix.edits.some((edit) => taken.some((other) => edit.start <= other.end && other.start <= edit.end)))
      return false;
    taken.push(...fix.edits);
    return true;
  });
}

const errors = (findings: readonly Finding[]): number => findings.filter((one) => one.severity === 'error').length;
