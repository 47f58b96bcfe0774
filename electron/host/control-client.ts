/** The other end of the control socket: how the command line asks a running host. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { CallInput, CallName, CallOutput, EventName, Events } from '../../shared/contract/ipc.ts';
import { StackyardError } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';
import { CONTROL_VERSION, decodeLine, encodeLine, lineReader, MAX_REPLY_BYTES } from './control-lines.ts';
import { readToken } from './instance.ts';

export interface HostClient {
  /** Asks; throws the host's own error as a `StackyardError`, or `no_host` when the connection is lost before the answer. */
  readonly call: <N extends CallName>(name: N, input: CallInput<N>) => Promise<CallOutput[N]>;
  /** Asks the host to send snapshots and config changes from now on. */
  readonly subscribe: () => Promise<void>;
  /** Hears an event; what it gives stops that. */
  readonly on: <E extends EventName>(event: E, listener: (payload: Events[E]) => void) => () => void;
  readonly close: () => void;
  /** Settles when the connection has ended, from either side. */
  readonly closed: Promise<void>;
}

/**
 * Connects to the host that runs for this data folder; `null` when none does. Throws `permission_denied` when one runs that
 * we may not talk to, `bad_input` when it speaks another version.
 */
export async function connectHost(paths: {
  readonly data: string;
  readonly socket: string;
}): Promise<HostClient | null> {
  const socket = await open(paths.socket);
  if (!socket) return null;
  try {
    const token = await tokenOf(paths.data);
    const line = converse(socket);
    await line.greet(token);
    return line.client;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

interface Pending {
  readonly done: (value: unknown) => void;
  readonly fail: (error: Error) => void;
}

function converse(socket: Socket): { client: HostClient; greet: (token: string) => Promise<void> } {
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  let greeting: Pending | null = null;
  let lost: Error | null = null;
  let ids = 0;

  const lose = (error: Error): void => {
    lost ??= error;
    const waiting = [...pending.values(), ...(greeting ? [greeting] : [])];
    pending.clear();
    greeting = null;
    for (const one of waiting) one.fail(lost);
    socket.destroy();
  };

  const receive = (line: string): void => {
    const message = decodeLine(line);
    if (!message) return lose(new StackyardError('internal', 'The host sent something that is not JSON'));
    if (typeof message.event === 'string') {
      for (const listener of listeners.get(message.event) ?? []) listener(message.payload as never);
      return;
    }
    const error = message.ok === true ? null : thrown(message.error as Cause);
    const id = typeof message.id === 'number' ? message.id : null;
    const asked = id === null ? greeting : pending.get(id);
    if (id === null) greeting = null;
    else pending.delete(id);
    if (error && asked) asked.fail(error);
    else if (error) lose(error);
    else asked?.done(message.value);
  };

  const reader = lineReader(MAX_REPLY_BYTES, receive, () =>
    lose(new StackyardError('internal', 'The host sent an endless line')),
  );
  socket.on('data', (chunk) => reader.push(chunk));
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  socket.on('close', () =>
    lose(new StackyardError('no_host', 'Stackyard closed the connection before it answered', { hint: null })),
  );

  const ask = (message: Record<string, unknown>): Promise<unknown> => {
    if (lost) return Promise.reject(lost);
    ids += 1;
    const id = ids;
    return new Promise((done, fail) => {
      pending.set(id, { done, fail });
      socket.write(encodeLine({ id, ...message }));
    });
  };

  return {
    greet: (token) =>
      new Promise<void>((done, fail) => {
        if (lost) return fail(lost);
        greeting = { done: () => done(), fail };
        socket.write(encodeLine({ v: CONTROL_VERSION, token }));
      }),
    client: {
      call: <N extends CallName>(call: N, input: CallInput<N>) => ask({ call, input }) as Promise<CallOutput[N]>,
      subscribe: async () => {
        await ask({ subscribe: true });
      },
      on(event, listener) {
        const set = listeners.get(event) ?? new Set();
        listeners.set(event, set.add(listener));
        return () => set.delete(listener);
      },
      close: () => socket.destroySoon(),
      closed,
    },
  };
}

/** `null` when nobody listens there. */
function open(path: string): Promise<Socket | null> {
  return new Promise((done, fail) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      done(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'].includes(error.code ?? '')) return done(null);
      const code = error.code === 'EACCES' || error.code === 'EPERM' ? 'permission_denied' : 'internal';
      fail(
        new StackyardError(code, `The control socket ${path} can’t be opened: ${error.message}`, {
          hint: code === 'permission_denied' ? 'It belongs to another user.' : null,
          cause: error,
        }),
      );
    });
  });
}

async function tokenOf(data: string): Promise<string> {
  const token = await readToken(data);
  if (token !== null) return token;
  throw new StackyardError(
    'permission_denied',
    `A Stackyard runs for ${data}, but ${join(data, 'control.token')} can’t be read`,
    { hint: 'Stop that Stackyard and start it again.' },
  );
}

function thrown(cause: Cause | undefined): StackyardError {
  if (!cause) return new StackyardError('internal', 'The host answered with an error that says nothing');
  return new StackyardError(cause.code, cause.message, { hint: cause.hint });
}
