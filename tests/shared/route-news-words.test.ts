import { expect, it } from 'vitest';
import { routeNewsWords } from '../../shared/route-news-words.ts';

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
