/// <reference path="./recheck-browser.d.ts" />
/**
 * Patterns that backtrack catastrophically: a name that a client sends would keep the router busy for seconds. Judged by
 * [recheck](https://makenowjust-labs.github.io/recheck/), for names as long as the router looks at.
 */
import type { Finding } from '../model.ts';
import type { Locator } from './locate.ts';
import { finding } from './report.ts';
import { PATTERN_NAME_LIMIT } from './scalars.ts';
import type { Config } from './schema.ts';

/** `undecided`: the checker gave up; `broken`: no regular expression at all. */
export type PatternVerdict = 'safe' | 'catastrophic' | 'undecided' | 'broken';

/**
 * The checker looks for a name that takes very many steps. Its search is bounded by counts, with a
 * fixed seed, so that a pattern is judged alike everywhere; the clock only ends what is beyond all bounds.
 */
const CHECKER = {
  checker: 'fuzz',
  maxAttackStringSize: PATTERN_NAME_LIMIT,
  attackLimit: 2_000_000,
  maxIteration: 2,
  incubationLimit: 5000,
  seedingLimit: 200,
  maxInitialGenerationSize: 50,
  maxGenerationSize: 20,
  mutationSize: 10,
  crossoverSize: 10,
  maxGeneStringSize: PATTERN_NAME_LIMIT,
  randomSeed: 1,
  recallTimeout: -1,
  timeout: 1500,
} as const;

/** 256⁴ / 24 steps take a third of a second and more; 256³ / 6 take a few milliseconds, for which nobody is refused a pattern. */
const CATASTROPHIC_DEGREE = 4;

/** Patterns that can't be decided on are given up on after so many in one file: each takes the checker its whole time. */
const UNDECIDED_LIMIT = 3;

const known = new Map<string, PatternVerdict>();

/** What a pattern may do to the router. Remembered, since a text is checked at every change. Never throws. */
export async function judgePattern(match: string): Promise<PatternVerdict> {
  if (!compiles(match)) return 'broken';
  if (isPlain(match)) return 'safe';
  const before = known.get(match);
  if (before !== undefined) return before;
  const verdict = await ask(match);
  if (known.size >= 200) known.clear();
  // under load the clock may have run out: asked again next time
  if (verdict !== 'undecided') known.set(match, verdict);
  return verdict;
}

async function ask(match: string): Promise<PatternVerdict> {
  try {
    // Three megabytes, wanted by few: read only when there is something to judge.
    const module = await import('recheck/lib/browser.js');
    const checkSync = module.checkSync ?? module.default?.checkSync;
    const found = checkSync?.(match, 'u', CHECKER);
    if (found?.status !== 'vulnerable') return found?.status === 'safe' ? 'safe' : 'undecided';
    const { complexity } = found;
    return complexity.type === 'polynomial' && complexity.degree < CATASTROPHIC_DEGREE ? 'safe' : 'catastrophic';
  } catch {
    return 'undecided';
  }
}

function compiles(match: string): boolean {
  try {
    new RegExp(match, 'u');
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether it needs no checker: at most two repetitions, each of a single character. The name can be cut in fewer than 256³ / 6
 * ways then, which takes milliseconds. Most patterns are such (`^qwen.*`).
 */
function isPlain(match: string): boolean {
  const repeated = match.replace(/\(\?(?:[:=!]|<[=!]|<\w+>)/g, '(').match(/.?[*+?{]/gs) ?? [];
  return repeated.length <= 2 && repeated.every((one) => !one.startsWith(')')) && !/\\[1-9k]/.test(match);
}

/** Findings about what patterns may cost; those that are no expressions are told of by `semanticFindings`. */
export async function patternFindings(config: Config, at: Locator): Promise<readonly Finding[]> {
  const out: Finding[] = [];
  let undecided = 0;
  for (const [i, { match }] of config.patterns.entries()) {
    const verdict = undecided < UNDECIDED_LIMIT ? await judgePattern(match) : 'undecided';
    if (verdict === 'undecided') undecided += 1;
    const path = ['patterns', i, 'match'];
    const hint =
      'Repeat single characters rather than groups, and never twice in a row what can match the same: `^qwen.*` instead of `(qwen.*)+`.';
    if (verdict === 'catastrophic') {
      const message =
        'This pattern backtracks catastrophically: a name made for it would keep the router busy for seconds or for ever.';
      out.push(finding(at, 'slow_pattern', path, message, hint));
    }
    if (verdict === 'undecided') {
      const message = 'Whether this pattern backtracks catastrophically could not be found out.';
      out.push(finding(at, 'slow_pattern', path, message, hint, { severity: 'warning' }));
    }
  }
  return out;
}
