/** What single proofs come to: of a model, of a run, and of 1,000 dry choices. */
import type { BalanceProof, ModelProof, Verdict, VerifyRun, WayProof } from '../../shared/contract/verify.ts';
import { keyOf, type ModelPlan } from './verify-routes.ts';

/** Failed when one way did, passed when one did and none failed; skipped when nothing was asked. */
export function modelProof(
  { id, origin }: Pick<ModelPlan, 'id' | 'origin'>,
  ways: readonly WayProof[],
  balance: BalanceProof | null,
  at: string,
): ModelProof {
  const broken = firstBroken(ways);
  const verdicts = [...ways.map((way) => way.verdict), ...(balance === null ? [] : [balance.verdict])];
  const verdict: Verdict = verdicts.includes('failed')
    ? 'failed'
    : verdicts.includes('passed')
      ? 'passed'
      : 'skipped';
  const uneven =
    balance?.verdict === 'failed' && balance.message !== null
      ? ({ code: 'upstream_error', message: balance.message, hint: null } as const)
      : null;
  const idle = verdict === 'skipped' ? (ways.find((way) => way.cause !== null)?.cause ?? null) : null;
  return {
    ...{ id, origin, at, verdict, ways, balance },
    breaks_at: broken?.via ?? (uneven === null ? null : 'stackyard'),
    cause: broken?.cause ?? uneven ?? idle,
  };
}

/** Seen from the engine: what is broken there is broken behind everything. A LiteLLM in front of a working route comes last. */
function firstBroken(ways: readonly WayProof[]): WayProof | undefined {
  const place = ({ via, what }: WayProof): number => {
    if (via === 'engine' || (via === 'litellm' && what === 'target')) return 0;
    return via === 'stackyard' ? 1 : 2;
  };
  return ways.filter((way) => way.verdict === 'failed').sort((a, b) => place(a) - place(b))[0];
}

/** Counted over models. */
export function verifyRun(models: readonly ModelProof[], started: string, ended: string): VerifyRun {
  const many = (verdict: Verdict): number => models.filter((model) => model.verdict === verdict).length;
  return { started, ended, passed: many('passed'), failed: many('failed'), skipped: many('skipped'), models };
}

/** Between the first and the last token of an answer whose speed means something, ms. */
const LEAST_SPREAD = 5;

/**
 * Tokens a second after the first one, from ms; `null` when there were too few, or all came in one burst, as those of a tiny model
 * or of a server that holds its answer back do.
 */
export function speedOf(tokens: number, firstAt: number | null, lastAt: number): number | null {
  if (firstAt === null || tokens < 2 || lastAt - firstAt < LEAST_SPREAD) return null;
  return ((tokens - 1) * 1000) / (lastAt - firstAt);
}

export interface Balance {
  readonly strategy: string;
  readonly runs: number;
  readonly shares: Readonly<Record<string, number>>;
  /** All targets with their weights, and whether each is ready to answer. */
  readonly targets: readonly {
    readonly engine: string;
    readonly model: string;
    readonly weight: number;
    readonly ready: boolean;
  }[];
}

/**
 * Whether the shares are those that the strategy promises: every run found a target if one is ready, and `weighted` gives each
 * ready one its part of the weights, give or take as many runs as there are ready targets (its rounds are smooth). The other
 * strategies depend on the load.
 */
export function balanceProof({ strategy, runs, shares, targets }: Balance): BalanceProof {
  const proof = (verdict: Verdict, message: string | null): BalanceProof => ({
    ...{ runs, strategy, shares, verdict, message },
  });
  const ready = targets.filter((target) => target.ready);
  if (ready.length === 0) return proof('skipped', 'No target is ready.');
  const found = Object.values(shares).reduce((sum, share) => sum + share, 0);
  if (found < runs) return proof('failed', `${runs - found} of ${runs} choices found no target that is ready.`);
  const sum = ready.reduce((all, { weight }) => all + weight, 0);
  if (strategy !== 'weighted' || sum === 0) return proof('passed', null);
  for (const target of ready) {
    const due = (runs * target.weight) / sum;
    const got = shares[keyOf(target)] ?? 0;
    if (Math.abs(got - due) > ready.length) {
      return proof(
        'failed',
        `${keyOf(target)} was chosen ${got} times of ${runs}, where its weight promises ${Math.round(due)}.`,
      );
    }
  }
  return proof('passed', null);
}
