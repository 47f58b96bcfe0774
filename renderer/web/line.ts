/** The page's line to the host: one WebSocket at a time, opened again whenever it breaks. */

import type { Reply } from '../../shared/contract/ipc.ts';
import { LINE_PATH, LINE_PROTOCOL, TOKEN_PROTOCOL_PREFIX } from '../../shared/contract/ui.ts';
import type { Cause } from '../../shared/model.ts';
import { seen } from '../seen.ts';
import type { Connection } from './connection.ts';
import { lineReader } from './line-reader.ts';

export interface LineOptions {
  /** `http://HOST:PORT`, whence the page came. */
  readonly origin: string;
  readonly token: string;
  readonly onEvent: (name: string, payload: unknown) => void;
  readonly onState: (state: Connection) => void;
  /** Open again after it was lost: what was told meanwhile was missed. */
  readonly onAgain: () => void;
}

export interface Line {
  /** Asks the host. Before the first connection it waits; while the line is lost it fails at once. */
  ask(message: Record<string, unknown>): Promise<Reply<unknown>>;
  /** Whether the host is to tell of news, now and after each reconnection. */
  hear(on: boolean): void;
}

/** Pauses before it is tried again: from the first to the second, doubling; ms. */
const PAUSES = [250, 4_000] as const;

/** Opens the line, and keeps it open until the host turns out to be another one. */
export function openLine(options: LineOptions): Line {
  let ids = 0;
  let socket: WebSocket | null = null;
  let welcomed = false;
  let wasOpen = false;
  let hearing = false;
  let state: 'first' | Connection = 'first';
  let pause: number = PAUSES[0];
  const pending = new Map<number, (reply: Reply<unknown>) => void>();
  const unsent: string[] = [];

  const become = (next: Connection): void => {
    state = next;
    options.onState(next);
  };

  const welcome = (): void => {
    welcomed = true;
    pause = PAUSES[0];
    if (hearing) void ask({ subscribe: true });
    for (const text of unsent.splice(0)) socket?.send(text);
    become('there');
    if (wasOpen) options.onAgain();
    wasOpen = true;
  };

  const hear = (line: string): void => {
    const message = JSON.parse(line) as Record<string, unknown>;
    if (!welcomed) {
      if (message.ok === true) welcome();
      else socket?.close();
    } else if (typeof message.event === 'string') {
      options.onEvent(message.event, message.payload);
    } else if (typeof message.id === 'number') {
      pending.get(message.id)?.(
        message.ok === true ? { ok: true, value: message.value } : { ok: false, error: message.error as Cause },
      );
      pending.delete(message.id);
    }
  };

  const lose = async (): Promise<void> => {
    const wasWelcome = welcomed;
    welcomed = false;
    const refused = !wasWelcome && (await isRefused(options));
    become(refused ? 'stale' : 'lost');
    unsent.length = 0;
    for (const settle of pending.values()) settle(LOST);
    pending.clear();
    if (refused) return;
    again();
    pause = Math.min(pause * 2, PAUSES[1]);
  };

  /** After a pause; where nobody looks, not before somebody does. */
  function again(): void {
    if (seen.getState().on) {
      setTimeout(connect, pause);
      return;
    }
    const off = seen.subscribe(() => {
      off();
      connect();
    });
  }

  function connect(): void {
    welcomed = false;
    const offered = [LINE_PROTOCOL, `${TOKEN_PROTOCOL_PREFIX}${options.token}`];
    socket = new WebSocket(`${options.origin.replace(/^http/, 'ws')}${LINE_PATH}`, offered);
    socket.binaryType = 'arraybuffer';
    const read = lineReader(hear);
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => read(data);
    // 'error' says nothing and is always followed by 'close'.
    socket.onclose = () => void lose();
  }

  function ask(message: Record<string, unknown>): Promise<Reply<unknown>> {
    if (!welcomed && state !== 'first') return Promise.resolve(LOST);
    ids += 1;
    const id = ids;
    const text = `${JSON.stringify({ id, ...message })}\n`;
    return new Promise((done) => {
      pending.set(id, done);
      if (welcomed) socket?.send(text);
      else unsent.push(text);
    });
  }

  connect();
  return {
    ask,
    hear(on) {
      hearing = on;
      if (welcomed) void ask({ subscribe: on });
    },
  };
}

const LOST: Reply<never> = {
  ok: false,
  error: {
    code: 'no_host',
    message: 'The connection to Stackyard was lost before it answered.',
    hint: 'It is tried again by itself.',
  },
};

/** A browser doesn't tell why a WebSocket was refused; the gateway behind the same entrance does. */
async function isRefused({ origin, token }: LineOptions): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${origin}/v1/models`, { method: 'HEAD', headers }).catch(() => null);
  return answer?.status === 401;
}
