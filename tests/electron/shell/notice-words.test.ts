import { expect, it } from 'vitest';
import { noticeWords } from '../../../electron/shell/notice-words.ts';

const cause = { code: 'exited', message: 'It ended by SIGKILL.', hint: 'Look into its log.' } as const;

it('says what happened to whom, why, and what to do', () => {
  expect(noticeWords({ engine: 'llama', kind: 'crashed', cause })).toEqual({
    title: 'llama crashed',
    body: 'It ended by SIGKILL. It is being started again.',
  });
  expect(noticeWords({ engine: 'llama', kind: 'failed', cause })).toEqual({
    title: 'llama failed',
    body: 'It ended by SIGKILL. Look into its log.',
  });
  expect(noticeWords({ engine: 'llama', kind: 'failed', cause: null }).body).toBe('');
  expect(noticeWords({ engine: 'llama', kind: 'recovered', cause: null })).toEqual({
    title: 'llama is ready again',
    body: 'It takes requests.',
  });
});

it('stays short, and rather leaves the advice to the window than cuts what happened', () => {
  const long = { code: 'exited', message: `It last complained: ${'x'.repeat(300)}`, hint: 'Look.' } as const;
  const { body } = noticeWords({ engine: 'llama', kind: 'failed', cause: long });
  expect(body).toHaveLength(200);
  expect(body).toMatch(/^It last complained: x+…$/);
  const advice = { code: 'exited', message: 'It ended.', hint: 'y'.repeat(300) } as const;
  expect(noticeWords({ engine: 'llama', kind: 'failed', cause: advice }).body).toBe('It ended.');
});
