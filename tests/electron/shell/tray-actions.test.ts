import { describe, expect, it } from 'vitest';
import { doTrayAction } from '../../../electron/shell/tray-actions.ts';
import type { TrayAction } from '../../../electron/shell/tray-menu.ts';
import type { Handlers } from '../../../shared/contract/ipc.ts';
import { StackyardError } from '../../../shared/errors.ts';

async function done(action: TrayAction, fails = false): Promise<string[]> {
  const seen: string[] = [];
  const handlers = new Proxy({} as Handlers, {
    get: (_, name) => async (input: unknown) => {
      if (fails) throw new StackyardError('unknown_engine', 'There is no engine “x”.');
      seen.push(`${String(name)} ${JSON.stringify(input)}`);
      return name === 'verify.run' ? { passed: 2, failed: 1 } : undefined;
    },
  });
  await doTrayAction(action, {
    handlers,
    copy: async (text) => void seen.push(`copy ${text}`),
    open: (page) => void seen.push(`open ${page}`),
    quit: () => void seen.push('quit'),
    verified: ({ passed, failed }) => void seen.push(`${passed} passed, ${failed} failed`),
    say: (line) => void seen.push(line),
  });
  return seen;
}

describe('doTrayAction', () => {
  it.each([
    [{ do: 'start', engines: [] }, 'engines.start {"names":[],"wait_ms":null}'],
    [{ do: 'stop', engines: ['llama'] }, 'engines.stop {"names":["llama"],"wait_ms":null}'],
    [{ do: 'restart', engines: ['llama'] }, 'engines.restart {"names":["llama"],"wait_ms":null}'],
    [{ do: 'free' }, 'memory.free {}'],
    [{ do: 'copy', text: 'http://x/v1' }, 'copy http://x/v1'],
    [{ do: 'open', page: 'engines/llama' }, 'open engines/llama'],
    [{ do: 'open', page: null }, 'open null'],
    [{ do: 'quit' }, 'quit'],
  ] as [TrayAction, string][])('%j', async (action, expected) => {
    expect(await done(action)).toEqual([expected]);
  });

  it('verifies all models, wakes none, and tells what came of it', async () => {
    expect(await done({ do: 'verify' })).toEqual([
      'verify.run {"models":[],"via":null,"wake":false}',
      '2 passed, 1 failed',
    ]);
  });

  it('says what could not be done instead of throwing', async () => {
    expect(await done({ do: 'start', engines: ['x'] }, true)).toEqual(['Stackyard: There is no engine “x”.']);
  });
});
