import { describe, expect, it } from 'vitest';
import { routeNews } from '../../../electron/core/verify-news.ts';
import { verifyRun } from '../../../electron/core/verify-verdict.ts';
import type { ModelProof, Verdict } from '../../../shared/contract/verify.ts';

const AT = '2026-01-02T03:04:05.000Z';
const cause = { code: 'unreachable', message: 'Nothing answers.', hint: null } as const;
const run = (verdicts: Record<string, Verdict>) =>
  verifyRun(
    Object.entries(verdicts).map(
      ([id, verdict]): ModelProof => ({
        ...{ id, origin: 'entry', at: AT, verdict, breaks_at: null, ways: [], balance: null },
        cause: verdict === 'failed' ? cause : null,
      }),
    ),
    AT,
    AT,
  );

describe('news of a verification', () => {
  it('are models that turned; a first verdict is none', () => {
    const first = routeNews({}, run({ a: 'passed', b: 'failed', c: 'skipped' }));
    expect(first).toEqual({ decided: { a: 'passed', b: 'failed' }, news: null });
    const second = routeNews(first.decided, run({ a: 'failed', b: 'passed', c: 'failed' }));
    expect(second.news).toEqual({ failed: [{ id: 'a', cause }], recovered: ['b'] });
    expect(routeNews(second.decided, run({ a: 'failed', b: 'passed' })).news).toBeNull();
  });

  it('are not lost when it was skipped in between', () => {
    const failed = routeNews({ a: 'passed' }, run({ a: 'failed' }));
    const skipped = routeNews(failed.decided, run({ a: 'skipped' }));
    expect(skipped.news).toBeNull();
    expect(routeNews(skipped.decided, run({ a: 'passed' })).news).toEqual({ failed: [], recovered: ['a'] });
  });

  it('take a model of any name', () => {
    expect(routeNews({}, run(JSON.parse('{"constructor":"failed"}') as Record<string, Verdict>)).news).toBeNull();
  });
});
