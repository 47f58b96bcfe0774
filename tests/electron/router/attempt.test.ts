import { expect, it } from 'vitest';
import { Attempt, describeFailure, maybeStaleSocket } from '../../../electron/router/attempt.ts';

const TIMEOUTS = { connect: 1_000, first_byte: 5_000, idle: 1_000 };

function attempt() {
  const said: string[] = [];
  let go = true;
  const it = new Attempt(
    {
      head: (status) => void said.push(`head ${status}`),
      data: (chunk) => {
        said.push(`data ${chunk}`);
        return go;
      },
      end: () => void said.push('end'),
      failed: (kind, error) => void said.push(`${kind}: ${error.message}`),
    },
    TIMEOUTS,
    0,
  );
  let aborted = 0;
  const abort = () => {
    aborted += 1;
  };
  const slow = () => {
    go = false;
  };
  return { it, said, connect: () => it.onConnect(abort), slow, aborted: () => aborted };
}

it('waits long for the first byte, and less for each one after it', () => {
  const a = attempt();
  a.it.tick(60_000);
  a.connect();
  a.it.tick(5_000);
  expect(a.said).toEqual([]);
  a.it.onHeaders(200, [], () => {});
  a.it.onData(Buffer.from('x'));
  a.it.touch(5_000);
  a.it.tick(6_000);
  expect(a.aborted()).toBe(0);
  a.it.tick(6_001);
  expect(a.said).toEqual(['head 200', 'data x', 'idle: nothing came for 1 s']);
  expect(a.aborted()).toBe(1);
  a.it.onError(new Error('late'));
  expect(a.said).toHaveLength(3);
});

it('does not hold a slow client against the engine', () => {
  const a = attempt();
  let resumed = 0;
  a.connect();
  a.it.onHeaders(200, [], () => {
    resumed += 1;
  });
  a.slow();
  expect(a.it.onData(Buffer.from('x'))).toBe(false);
  a.it.tick(60_000);
  expect(a.aborted()).toBe(0);
  a.it.resume(60_000);
  a.it.resume(60_000);
  expect(resumed).toBe(1);
  a.it.tick(61_000);
  expect(a.aborted()).toBe(0);
  a.it.tick(61_001);
  expect(a.aborted()).toBe(1);
});

it('never sends what was given up while connecting', () => {
  const a = attempt();
  a.it.abort();
  a.connect();
  expect(a.aborted()).toBe(1);
  a.it.onError(new Error('aborted'));
  expect(a.said).toEqual([]);
});

it('tells an unreachable engine from one that hung up', () => {
  const unreachable = attempt();
  unreachable.it.onError(new Error('refused'));
  expect(unreachable.said).toEqual(['connect: refused']);
  const rude = attempt();
  rude.connect();
  rude.it.onHeaders(100, [], () => {});
  rude.it.onError(new Error('reset'));
  expect(rude.said).toEqual(['closed: reset']);
});

it('takes a socket for stale only when it may have been used before', () => {
  const socket = (bytesRead: number) => Object.assign(new Error('other side closed'), { socket: { bytesRead } });
  expect(maybeStaleSocket('closed', socket(10))).toBe(true);
  expect(maybeStaleSocket('closed', socket(0))).toBe(false);
  expect(maybeStaleSocket('closed', new Error('read ECONNRESET'))).toBe(true);
  expect(maybeStaleSocket('connect', socket(10))).toBe(false);
  expect(maybeStaleSocket('first_byte', socket(10))).toBe(false);
});

it('names engine and reason', () => {
  expect(describeFailure('connect', 'a', new Error('refused'))).toEqual({
    code: 'upstream_error',
    message: 'a could not be reached: refused.',
  });
  expect(describeFailure('idle', 'a', new Error('nothing came for 120 s')).code).toBe('upstream_timeout');
  // Node joins refusals of several addresses into an error without a message.
  const joined = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
  expect(describeFailure('connect', 'a', joined).message).toBe(
    'a could not be reached: nothing listens at its address.',
  );
});
