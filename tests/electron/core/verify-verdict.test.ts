import { describe, expect, it } from 'vitest';
import { balanceProof, modelProof, speedOf, verifyRun } from '../../../electron/core/verify-verdict.ts';
import type { WayProof } from '../../../shared/contract/verify.ts';

const AT = '2026-01-02T03:04:05.000Z';
const way = (via: WayProof['via'], verdict: WayProof['verdict'], over: Partial<WayProof> = {}): WayProof => ({
  ...{
    via,
    engine: null,
    what: 'route',
    aim: null,
    verdict,
    by: 'chat',
    listed: true,
    usage: true,
    answered_by: null,
  },
  ...{ first_token_ms: 1, tokens_per_second: 1, total_ms: 1, evidence: null },
  cause: verdict === 'passed' ? null : { code: 'upstream_error', message: `${via} ${verdict}`, hint: null },
  ...over,
});
const of = (ways: readonly WayProof[]) => modelProof({ id: 'm', origin: 'entry' }, ways, null, AT);

describe('a model', () => {
  it.each([
    [['passed', 'passed'], 'passed'],
    [['passed', 'skipped'], 'passed'],
    [['skipped', 'skipped'], 'skipped'],
    [['passed', 'failed'], 'failed'],
    [['skipped', 'failed'], 'failed'],
    [[], 'skipped'],
  ] as const)('whose ways are %j is %s', (verdicts, verdict) => {
    expect(of(verdicts.map((one) => way('engine', one))).verdict).toBe(verdict);
  });

  it('breaks where the first way from the engine does', () => {
    const bad = (via: WayProof['via'], over: Partial<WayProof> = {}) => way(via, 'failed', over);
    expect(of([way('engine', 'passed'), bad('litellm'), way('stackyard', 'passed')]).breaks_at).toBe('litellm');
    expect(of([way('engine', 'passed'), bad('litellm'), bad('stackyard')]).breaks_at).toBe('stackyard');
    expect(of([bad('stackyard'), bad('engine')])).toMatchObject({
      breaks_at: 'engine',
      cause: { message: 'engine failed' },
    });
    expect(of([bad('stackyard'), bad('litellm', { what: 'target' })]).breaks_at).toBe('litellm');
    expect(of([way('engine', 'passed')]).breaks_at).toBeNull();
  });

  it('that was skipped says why', () => {
    expect(of([way('engine', 'skipped')])).toMatchObject({ breaks_at: null, cause: { message: 'engine skipped' } });
  });

  it('counts once in its run', () => {
    const models = [of([way('engine', 'passed')]), of([way('engine', 'failed'), way('stackyard', 'failed')]), of([])];
    expect(verifyRun(models, AT, AT)).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
  });
});

it.each([
  [8, 100, 170, 100],
  [8, 100, 100.2, null],
  [1, 100, 200, null],
  [8, null, 0, null],
])('%d tokens from %s to %s ms are %s a second', (tokens, first, last, speed) => {
  expect(speedOf(tokens, first, last)).toBe(speed);
});

describe('1,000 dry choices', () => {
  const targets = [
    { engine: 'a', model: 'x', weight: 3, ready: true },
    { engine: 'b', model: 'y', weight: 1, ready: true },
  ];
  const balance = (shares: Record<string, number>, strategy = 'weighted', over = targets) =>
    balanceProof({ strategy, runs: 1000, shares, targets: over }).verdict;

  it('pass with the weights’ shares, and fail with others', () => {
    expect(balance({ 'a/x': 750, 'b/y': 250 })).toBe('passed');
    expect(balance({ 'a/x': 749, 'b/y': 251 })).toBe('passed');
    expect(balance({ 'a/x': 500, 'b/y': 500 })).toBe('failed');
  });

  it('pass in any shares by the other strategies', () => {
    expect(balance({ 'a/x': 1000 }, 'priority')).toBe('passed');
    expect(balance({ 'b/y': 1000 }, 'least-busy')).toBe('passed');
  });

  it('fail when some found nobody though one is ready, and are skipped when none is', () => {
    expect(balance({ 'a/x': 749, 'b/y': 250 })).toBe('failed');
    expect(
      balance(
        {},
        'weighted',
        targets.map((target) => ({ ...target, ready: false })),
      ),
    ).toBe('skipped');
  });

  it('count only targets that are ready', () => {
    const [a, b] = targets as [(typeof targets)[0], (typeof targets)[0]];
    expect(balance({ 'b/y': 1000 }, 'weighted', [{ ...a, ready: false }, b])).toBe('passed');
  });
});
