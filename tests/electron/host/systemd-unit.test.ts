import { describe, expect, it } from 'vitest';
import { parseEntry } from '../../../electron/host/systemd-journal.ts';
import { isUp, parseShow } from '../../../electron/host/systemd-unit.ts';

/** Written from systemctl(1), `show`: one `KEY=VALUE` a line; times and ids made up. */
const show = (more: string) =>
  `LoadState=loaded\nActiveState=active\nMainPID=1184\nResult=success\nExecMainCode=0\nExecMainStatus=0\nInvocationID=0f1e\n${more}`;

describe('parseShow', () => {
  it('reads a unit that runs', () => {
    expect(parseShow(show(''))).toEqual({
      load: 'loaded',
      active: 'active',
      mainPid: 1184,
      result: 'success',
      exit: null,
      invocation: '0f1e',
    });
  });

  it.each([
    ['ExecMainCode=1\nExecMainStatus=3', { code: 3, signal: null }],
    ['ExecMainCode=2\nExecMainStatus=9', { code: null, signal: 'SIGKILL' }],
    ['ExecMainCode=3\nExecMainStatus=11', { code: null, signal: 'SIGSEGV' }],
  ])('reads how it ended: %s', (text, exit) => {
    const state = parseShow(show(`ActiveState=failed\nMainPID=0\nResult=exit-code\n${text}`));
    expect(state).toMatchObject({ active: 'failed', mainPid: null, exit });
    expect(isUp(state)).toBe(false);
  });

  it('takes a unit that nobody knows for what it is', () => {
    expect(parseShow('LoadState=not-found\nActiveState=inactive\nMainPID=0\n')).toMatchObject({
      load: 'not-found',
      exit: null,
      invocation: null,
    });
  });
});

describe('parseEntry', () => {
  it('reads a line of the journal, also one that is no UTF-8', () => {
    expect(parseEntry('{"__REALTIME_TIMESTAMP":"1700000000000001","MESSAGE":"hi"}')).toEqual({
      text: 'hi',
      at: 1_700_000_000_000_001,
    });
    expect(parseEntry('{"__REALTIME_TIMESTAMP":"1","MESSAGE":[104,255]}')?.text).toBe('h\ufffd');
  });
  it.each(['', '-- No entries --', '{broken', '{"MESSAGE":null}'])('%j is none', (line) =>
    expect(parseEntry(line)).toBeNull(),
  );
});
