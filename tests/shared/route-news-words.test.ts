import { expect, it } from 'vitest';
import type { ModelProof, VerifyRun } from '../../shared/contract/verify.ts';
import { routeNewsWords, verifiedWords } from '../../shared/route-news-words.ts';

const cause = { code: 'unreachable', message: 'Nothing answers.', hint: null } as const;

it('say which models stopped answering and which answer again, in one notification', () => {
  expect(routeNewsWords({ failed: [{ id: 'a', cause }], recovered: [] })).toEqual({
    title: 'a no longer answers',
    body: 'Nothing answers.',
  });
  expect(routeNewsWords({ failed: [{ id: 'a', cause }], recovered: ['b'] }).body).toBe(
    'Nothing answers. Answering again: b.',
  );
  expect(routeNewsWords({ failed: ['a', 'b'].map((id) => ({ id, cause })), recovered: [] })).toEqual({
    title: '2 models no longer answer',
    body: 'a, b.',
  });
  expect(routeNewsWords({ failed: [], recovered: ['a'] }).title).toBe('a answers again');
  expect(routeNewsWords({ failed: [], recovered: ['a', 'b'] })).toEqual({
    title: '2 models answer again',
    body: 'a, b',
  });
});

it('stay short', () => {
  const failed = [{ id: 'a', cause: { ...cause, message: 'x'.repeat(500) } }];
  expect(routeNewsWords({ failed, recovered: [] }).body).toHaveLength(200);
});

const proof = (id: string, verdict: ModelProof['verdict']) =>
  ({
    ...{ id, verdict, origin: 'entry', at: '', balance: null },
    breaks_at: verdict === 'failed' ? 'litellm' : null,
    cause: verdict === 'failed' ? cause : null,
    ways: [
      { via: 'engine', verdict: 'passed' },
      { via: 'litellm', verdict },
    ],
  }) as unknown as ModelProof;
const run = (passed: number, skipped: number, ...bad: string[]): VerifyRun => ({
  ...{ started: '', ended: '', passed, skipped, failed: bad.length },
  models: bad.map((id) => proof(id, 'failed')),
});

it.each([
  [run(2, 0), '2 models answer', 'Nothing failed.'],
  [run(1, 1), '1 model answers', 'Nothing failed. 1 skipped: not in memory, or stopped.'],
  [run(0, 3), 'No model was verified', 'None is ready to answer. 3 skipped: not in memory, or stopped.'],
  [run(1, 0, 'a'), 'a does not answer', 'The engine is fine; it breaks at LiteLLM. Nothing answers.'],
  [run(1, 0, 'a', 'b'), '2 models do not answer', 'a, b. 1 passed.'],
] as const)('tell what a verification came to: %#', (found, title, body) => {
  expect(verifiedWords(found)).toEqual({ title, body });
});
