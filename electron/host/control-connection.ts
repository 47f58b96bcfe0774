/** One client of the control socket: its token first, then its calls, the events it asked for, and its watches. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { type Caller, type EventName, type Handlers, isCallName, parseInput } from '../../shared/contract/ipc.ts';
import { toCause } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';
import {
  CONTROL_VERSION,
  decodeLine,
  encodeLine,
  type FromHost,
  lineReader,
  MAX_HELLO_BYTES,
  MAX_REPLY_BYTES,
  MAX_REQUEST_BYTES,
  type Welcome,
} from './control-lines.ts';

export interface ConnectionOptions {
  readonly id: string;
  readonly token: string;
  readonly handlers: Handlers;
  /** Begins sending events to this caller; what it gives ends that. */
  readonly subscribe: (caller: Caller) => () => void;
}

/** A client that reads nothing is cut off when this much waits for it, bytes. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;
/** From here on only the newest picture of each kind is kept for a slow reader: they are whole, any may be left out. */
const SLOW_READER_BYTES = 1024 * 1024;
/** Within this time the first message has to come, ms. */
const HELLO_WITHIN_MS = 5000;
const PICTURES: ReadonlySet<EventName> = new Set(['snapshot', 'jobs', 'verify']);

/** Serves one socket until it closes. Everything that lasts longer than a call ends with the connection. */
export function serveConnection(socket: Socket, options: ConnectionOptions): void {
  const { handlers } = options;
  const partings = new Set<() => void>();
  let unsubscribe: (() => void) | null = null;
  let welcomed = false;
  let from: Caller['from'] = 'cli';
  let gone = false;
  const latest = new Map<EventName, string>();

  const write = (line: string): void => {
    if (gone || socket.writableEnded) return;
    if (socket.writableLength + line.length > MAX_UNREAD_BYTES + MAX_REPLY_BYTES) socket.destroy();
    else socket.write(line);
  };
  const send = (message: Welcome | FromHost): void => write(encodeLine(message));
  const part = (error: Cause): void => {
    send(welcomed ? { id: null, ok: false, error } : { v: CONTROL_VERSION, ok: false, error });
    reader.limit = 0;
    gone = true;
    socket.destroySoon();
  };

  const caller: Caller = {
    id: options.id,
    get from() {
      return from;
    },
    onGone(listener) {
      if (gone) listener();
      else partings.add(listener);
    },
    emit(event, payload) {
      if (gone) return;
      const line = encodeLine({ event, payload });
      if (PICTURES.has(event) && socket.writableLength > SLOW_READER_BYTES) {
        latest.set(event, line);
      } else if (socket.writableLength > MAX_UNREAD_BYTES) {
        socket.destroy();
      } else {
        write(line);
      }
    },
  };
  socket.on('drain', () => {
    for (const line of latest.values()) write(line);
    latest.clear();
  });

  const hello = (message: Record<string, unknown>): void => {
    clearTimeout(impatience);
    const refusal = refuse(message, options.token);
    if (refusal) return part(refusal);
    welcomed = true;
    // The page in a browser: what it does is told as the window's doing. It is no claim to anything more.
    if (message.from === 'window') from = 'window';
    reader.limit = MAX_REQUEST_BYTES;
    send({ v: CONTROL_VERSION, ok: true });
  };

  const answer = async (id: number, name: unknown, given: unknown): Promise<void> => {
    if (!isCallName(name)) {
      const call = typeof name === 'string' ? `\`${name}\`` : 'that';
      return send({ id, ok: false, error: bad(`This host knows no call ${call}`, OTHER_VERSION) });
    }
    const input = parseInput(name, given ?? {});
    if (!input.ok) return send({ id, ok: false, error: input.error });
    try {
      const value = await (handlers[name] as (input: unknown, caller: Caller) => Promise<unknown>)(
        input.value,
        caller,
      );
      const line = encodeLine({ id, ok: true, value: value ?? null });
      if (line.length <= MAX_REPLY_BYTES) return write(line);
      send({ id, ok: false, error: bad(`The answer to ${name} is too long to be sent`, 'Ask for less at once.') });
    } catch (error) {
      send({ id, ok: false, error: toCause(error) });
    }
  };

  const request = (message: Record<string, unknown>): void => {
    const { id } = message;
    if (typeof id !== 'number') return part(bad('A request without a numeric `id`', OTHER_VERSION));
    if (typeof message.subscribe === 'boolean') {
      if (message.subscribe) unsubscribe ??= options.subscribe(caller);
      else {
        unsubscribe?.();
        unsubscribe = null;
        latest.clear();
      }
      return send({ id, ok: true, value: null });
    }
    void answer(id, message.call, message.input);
  };

  const reader = lineReader(
    MAX_HELLO_BYTES,
    (line) => {
      if (gone) return;
      const message = decodeLine(line);
      if (!message) return part(bad('A line that is not a JSON object', null));
      if (welcomed) request(message);
      else hello(message);
    },
    () => part(bad(`A line longer than ${reader.limit} bytes`, 'Send less at once.')),
  );
  const impatience = setTimeout(() => part(bad('No first message came', null)), HELLO_WITHIN_MS);

  socket.on('data', (chunk) => reader.push(chunk));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    gone = true;
    clearTimeout(impatience);
    unsubscribe?.();
    for (const leave of partings) leave();
    partings.clear();
  });
}

const OTHER_VERSION = 'Use the `stackyard` that belongs to the running Stackyard.';

const bad = (message: string, hint: string | null): Cause => ({ code: 'bad_input', message, hint });

/** Why the first message is not good enough; `null` when it is. */
function refuse(message: Record<string, unknown>, token: string): Cause | null {
  if (message.v !== CONTROL_VERSION) {
    const theirs = typeof message.v === 'number' ? String(message.v) : 'none';
    return bad(
      `This host speaks version ${CONTROL_VERSION} of the control protocol, the client ${theirs}`,
      OTHER_VERSION,
    );
  }
  if (typeof message.token !== 'string' || !sameToken(message.token, token)) {
    return {
      code: 'permission_denied',
      message: 'The token is not the one in control.token',
      hint: 'Give the --data-dir of the running Stackyard.',
    };
  }
  return null;
}

/** Takes the same time wherever two tokens differ. */
function sameToken(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
