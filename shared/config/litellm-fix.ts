/** Mends a LiteLLM config by the fixes of its findings: splices, so that all else stays byte for byte. */
import type { Finding, TextEdit } from '../model.ts';
import { applyEdits } from './edit.ts';
import { isFields } from './fields.ts';
import { checkLitellm } from './litellm-check.ts';
import { readYaml } from './parse.ts';

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
    const chosen = apart(now.left).filter((one) => isLocal(now.text, one));
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

/** Whether a fix changes what its finding is about and nothing else, in what the file says. */
function isLocal(text: string, { path, fix }: Finding): boolean {
  try {
    const after = readYaml(applyEdits(text, fix?.edits ?? []));
    if (after.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return false;
    return sameAround(readYaml(text).toJS({ maxAliasCount: 100 }), after.toJS({ maxAliasCount: 100 }), path);
  } catch {
    return false;
  }
}

/** The last step of the path may be changed, renamed or taken away; whatever stands beside each step is as it was. */
function sameAround(before: unknown, after: unknown, path: readonly (string | number)[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (Array.isArray(before) && Array.isArray(after)) {
    const others = before.every((item, index) => index === step || same(item, after[index]));
    return before.length === after.length && others && sameAround(before[Number(step)], after[Number(step)], rest);
  }
  if (!isFields(before)) return false;
  const now = after === null ? {} : after;
  if (!isFields(now)) return false;
  const key = String(step);
  const others = Object.keys(before).filter((name) => name !== key);
  const fresh = Object.keys(now).filter((name) => !Object.hasOwn(before, name));
  if (!others.every((name) => same(before[name], now[name]))) return false;
  if (rest.length > 0) return fresh.length === 0 && sameAround(before[key], now[key], rest);
  return fresh.length <= (Object.hasOwn(now, key) ? 0 : 1);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const errors = (findings: readonly Finding[]): number => findings.filter((one) => one.severity === 'error').length;
