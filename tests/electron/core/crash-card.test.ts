import { expect, it } from 'vitest';
import { CARD_LINES, crashCard } from '../../../electron/core/crash-card.ts';
import type { LogLine } from '../../../shared/model.ts';

const line = (text: string): LogLine => ({ seq: 0, at: null, level: null, text, source: 'engine' });
const hush = (text: string) => text.replaceAll('secret', '••••••');
const cause = { code: 'exited', message: 'It said secret.', hint: 'Try secret.' } as const;

it('keeps the last lines, and nothing of a secret in any of its texts', () => {
  const lines = Array.from({ length: 80 }, (_, i) => line(`${i} secret`));
  const card = crashCard(
    'now',
    cause,
    { code: null, signal: 'SIGKILL', ran_ms: 12, lines },
    'run --key secret',
    hush,
  );
  expect(card).toMatchObject({ at: 'now', code: null, signal: 'SIGKILL', ran_ms: 12, port: null });
  expect(card.lines).toHaveLength(CARD_LINES);
  expect(card.lines.at(-1)?.text).toBe('79 ••••••');
  expect(card.command).toBe('run --key ••••••');
  expect(JSON.stringify(card)).not.toContain('secret');
});

it('knows no end of what never began', () => {
  const card = crashCard('now', { ...cause, hint: null }, null, null, hush);
  expect(card).toMatchObject({ code: null, signal: null, ran_ms: null, lines: [], command: null });
  expect(card.cause.hint).toBeNull();
});

it('carries the port that was in the way', () => {
  const port = { port: 8080, holder: null, free: 8081 };
  expect(crashCard('now', { ...cause, code: 'port_busy', port }, null, null, hush).port).toEqual(port);
});
