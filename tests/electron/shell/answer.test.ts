import { describe, expect, it } from 'vitest';
import { answerCall, answerShellCall, type ShellHandlers } from '../../../electron/shell/answer.ts';
import type { Caller, Handlers } from '../../../shared/contract/ipc.ts';
import { StackyardError } from '../../../shared/errors.ts';

const caller: Caller = { id: 'window-1', from: 'window', emit: () => {}, onGone: () => {} };

function handlers(): { seen: unknown[]; all: Handlers } {
  const seen: unknown[] = [];
  const all = new Proxy({} as Handlers, {
    get: (_, name) => async (input: unknown, by: Caller) => {
      seen.push([name, input, by.id]);
      if (name === 'memory.free') throw new StackyardError('unknown_engine', 'There is no engine “x”.');
      if (name === 'config.read') throw new TypeError('boom');
      return [];
    },
  });
  return { seen, all };
}

describe('answerCall', () => {
  it('hands a checked input to the handler, with the caller', async () => {
    const { seen, all } = handlers();
    const reply = await answerCall(all, caller, 'engines.start', { names: ['llama'], wait_ms: null });
    expect(reply).toEqual({ ok: true, value: [] });
    expect(seen).toEqual([['engines.start', { names: ['llama'], wait_ms: null }, 'window-1']]);
  });

  it.each([
    ['engines.start', {}],
    ['engines.start', { names: 'llama', wait_ms: null }],
    ['engines.start', { names: [], wait_ms: null, force: true }],
    ['engines.start', null],
    ['constructor', {}],
    ['__proto__', {}],
    ['shell.copy', { text: 'x' }],
    [7, {}],
    [undefined, undefined],
  ])('refuses %j %j and asks no handler', async (name, input) => {
    const { seen, all } = handlers();
    expect(await answerCall(all, caller, name, input)).toMatchObject({ ok: false, error: { code: 'bad_input' } });
    expect(seen).toEqual([]);
  });

  it('gives errors as causes', async () => {
    const { all } = handlers();
    expect(await answerCall(all, caller, 'memory.free', {})).toMatchObject({ error: { code: 'unknown_engine' } });
    expect(await answerCall(all, caller, 'config.read', {})).toMatchObject({
      ok: false,
      error: { code: 'internal', message: 'boom' },
    });
  });
});

describe('answerShellCall', () => {
  const seen: unknown[] = [];
  const shell: ShellHandlers = {
    'shell.copy': async ({ text }) => void seen.push(text),
    'shell.reveal': async () => {
      throw new Error('no file manager');
    },
    'shell.ready': async () => void seen.push('ready'),
  };

  it('does what the shell can do', async () => {
    expect(await answerShellCall(shell, 'shell.copy', { text: 'abc' })).toEqual({ ok: true, value: null });
    expect(await answerShellCall(shell, 'shell.ready', {})).toEqual({ ok: true, value: null });
    expect(seen).toEqual(['abc', 'ready']);
  });

  it.each([
    ['shell.theme', { theme: 'dark' }],
    ['shell.reveal', { what: '/etc/passwd' }],
    ['shell.copy', {}],
    ['engines.stop', { names: [], wait_ms: null }],
    ['toString', {}],
  ])('refuses %s %j', async (name, input) => {
    expect(await answerShellCall(shell, name, input)).toMatchObject({ ok: false, error: { code: 'bad_input' } });
  });

  it('gives errors as causes', async () => {
    expect(await answerShellCall(shell, 'shell.reveal', { what: 'logs' })).toMatchObject({
      ok: false,
      error: { message: 'no file manager' },
    });
  });
});
