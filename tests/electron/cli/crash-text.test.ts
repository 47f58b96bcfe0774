import { expect, it } from 'vitest';
import { crashText } from '../../../electron/cli/crash-text.ts';
import type { CrashCard, LogLine } from '../../../shared/model.ts';

const line = (text: string, source: LogLine['source'] = 'engine'): LogLine => ({
  seq: 0,
  at: null,
  level: null,
  text,
  source,
});
const card = (change: Partial<CrashCard> = {}): CrashCard => ({
  at: '2026-11-23T14:02:31.000Z',
  code: 1,
  signal: null,
  ran_ms: 240,
  cause: { code: 'exited', message: 'It ended.', hint: null },
  lines: [line('Starting: llama-server', 'stackyard'), line('error: no\u001b[2J')],
  command: 'llama-server -m x.gguf',
  port: null,
  ...change,
});

it('tells how it ended, what it said last, and where the rest is', () => {
  expect(crashText(card(), '/logs/llama.log')).toBe(
    [
      '  exit code 1 after 0.2 s',
      '  command: llama-server -m x.gguf',
      '  last lines:',
      '    | error: no·[2J',
      '  log: /logs/llama.log',
      '',
    ].join('\n'),
  );
});

it('shows the last fifteen lines', () => {
  const lines = Array.from({ length: 40 }, (_, i) => line(`line ${i}`));
  const shown = crashText(card({ lines }), '/l').match(/\| .*/g);
  expect([shown?.length, shown?.at(0), shown?.at(-1)]).toEqual([15, '| line 25', '| line 39']);
});

it.each([
  [{ code: null, signal: 'SIGKILL', ran_ms: 70_000 }, 'ended by SIGKILL after 1 min'],
  [{ code: null, ran_ms: 12_400 }, 'ended after 12 s'],
  [{ code: 137, ran_ms: 7_300_000 }, 'exit code 137 after 2 h'],
  [{ code: null, ran_ms: null, lines: [], command: null }, 'no process was started'],
])('says %j as “%s”', (change, words) => expect(crashText(card(change), '/l')).toMatch(new RegExp(`^  ${words}\n`)));
