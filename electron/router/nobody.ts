import type { Skip } from './candidates.ts';
import type { AttemptNote, Failure } from './failure.ts';
import { targetKey } from './live.ts';

export interface Vain {
  /** The targets that were passed by at the last look. */
  readonly skips: readonly Skip[];
  /** Those that were asked. */
  readonly notes: readonly AttemptNote[];
  /** What the last of them did. */
  readonly last: Failure | null;
  /** Why the request can't be put in all ways; `null` = it can. */
  readonly unputtable: Failure | null;
  /** For whom it waited in vain, and ms how long at most; `null` = it did not. */
  readonly waited: { readonly engine: string; readonly cooling: boolean; readonly most: number } | null;
}

/** What a client is told when nobody can answer: the weightiest reason, and for each target why not. */
export function nobody(vain: Vain): Failure {
  const { skips, notes, last, waited } = vain;
  const attempts = [...notes, ...skips.map(skipNote)];
  if (waited) {
    const message = `${waited.engine} did not become ready within ${Math.round(waited.most / 1000)} s.`;
    return { code: waited.cooling ? 'cooling' : 'wait_timeout', message, attempts, retryAfter: 10 };
  }
  return { ...(last ?? unasked(vain)), attempts };
}

/** Nobody was asked: the first in file order that speaks the protocol says why, else the first one. */
function unasked({ skips, unputtable }: Vain): Failure {
  const first = skips.find((skip) => skip.code !== 'not_supported_by_engine') ?? skips[0];
  if (!first) return { code: 'upstream_error', message: 'No engine could answer.' };
  if (unputtable && first.code === 'not_supported_by_engine') return unputtable;
  return { code: first.code, message: first.message };
}

const skipNote = (skip: Skip): AttemptNote => ({
  target: targetKey(skip.target),
  reason: skip.code,
  message: skip.message,
});
