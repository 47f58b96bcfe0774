/** Where a route breaks, in words that terminal, window and report share. */
import type { ModelProof, Verdict, Via, WayProof } from './contract/verify.ts';

/** What each way came to: failed when one of its proofs did, passed when one did and none failed. Ways that were not gone are missing. */
export type ViaVerdicts = Readonly<Partial<Record<Via, Verdict>>>;

export function viaVerdicts(ways: readonly Pick<WayProof, 'via' | 'verdict'>[]): ViaVerdicts {
  const out: Partial<Record<Via, Verdict>> = {};
  for (const { via, verdict } of ways) {
    const before = out[via];
    if (before === undefined || before === 'skipped' || verdict === 'failed') out[via] = verdict;
  }
  return out;
}

/** `The engine and the gateway are fine; it breaks at LiteLLM.` What was not proved is not called fine; `null` when nothing broke. */
export function breakWords(breaksAt: ModelProof['breaks_at'], verdicts: ViaVerdicts): string | null {
  if (breaksAt === null) return null;
  const fine = (['engine', 'stackyard', 'litellm'] as const).filter((via) => verdicts[via] === 'passed');
  const where = `breaks at ${NAMES[breaksAt]}.`;
  if (fine.length === 0) return `It ${where}`;
  const names = fine.map((via) => NAMES[via]).join(' and ');
  return `${names.charAt(0).toUpperCase()}${names.slice(1)} ${fine.length > 1 ? 'are' : 'is'} fine; it ${where}`;
}

const NAMES: Readonly<Record<Via, string>> = { engine: 'the engine', stackyard: 'the gateway', litellm: 'LiteLLM' };
