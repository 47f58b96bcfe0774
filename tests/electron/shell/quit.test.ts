import { describe, expect, it } from 'vitest';
import { createQuit } from '../../../electron/shell/quit.ts';

function scene(inFlight: number) {
  const seen: string[] = [];
  let answer: (yes: boolean) => void = () => {};
  let stopped: (error?: Error) => void = () => {};
  const quit = createQuit({
    inFlight: () => inFlight,
    ask: (n) => {
      seen.push(`ask ${n}`);
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    stop: ({ force }) => {
      seen.push(force ? 'force' : 'stop');
      return new Promise((resolve, reject) => {
        stopped = (error) => (error ? reject(error) : resolve());
      });
    },
    exit: (code) => seen.push(`exit ${code}`),
    say: (line) => seen.push(line),
  });
  /** Lets promises that are settled take effect. */
  const settle = async () => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  return {
    quit,
    seen,
    answer: async (yes: boolean) => {
      answer(yes);
      await settle();
    },
    stopped: async (error?: Error) => {
      stopped(error);
      await settle();
    },
  };
}

describe('createQuit', () => {
  it('asks nobody when nothing is in flight', async () => {
    const { quit, seen, stopped } = scene(0);
    quit.byUser();
    expect(seen).toEqual(['stop']);
    expect(quit.stopping()).toBe(true);
    await stopped();
    expect(seen).toEqual(['stop', 'exit 0']);
  });

  it('asks first when requests are in flight, once', async () => {
    const { quit, seen, answer, stopped } = scene(2);
    quit.byUser();
    quit.byUser();
    expect(seen).toEqual(['ask 2']);
    await answer(true);
    await stopped();
    expect(seen).toEqual(['ask 2', 'stop', 'exit 0']);
  });

  it('stays when told so, and asks again next time', async () => {
    const { quit, seen, answer } = scene(1);
    quit.byUser();
    await answer(false);
    expect(quit.stopping()).toBe(false);
    quit.byUser();
    expect(seen).toEqual(['ask 1', 'ask 1']);
  });

  it('asks nobody when a signal comes, also while it asks', async () => {
    const { quit, seen, answer, stopped } = scene(1);
    quit.byUser();
    quit.bySystem();
    await answer(false);
    await stopped();
    expect(seen).toEqual(['ask 1', 'stop', 'exit 0']);
  });

  it('waits no longer at the second time', async () => {
    const { quit, seen, stopped } = scene(1);
    quit.bySystem();
    quit.bySystem();
    expect(seen).toEqual(['stop', 'Stackyard: no longer waiting for requests in flight.', 'force']);
    await stopped();
    expect(seen.filter((word) => word.startsWith('exit')).length).toBeLessThanOrEqual(1);
  });

  it('says so when not everything could be stopped', async () => {
    const { quit, seen, stopped } = scene(0);
    quit.bySystem();
    await stopped(new Error('pid 9 is still there'));
    expect(seen).toEqual(['stop', 'Stackyard: not everything could be stopped: pid 9 is still there', 'exit 1']);
  });
});
