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
