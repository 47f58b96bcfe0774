/** The bridge of the page in a browser: the same typed calls and events as in the app's window, over one line to the host. */
import type { Bridge, CallName, CallOutput, EventName, Events, Reply } from '../../shared/contract/ipc.ts';
import type { LogLine } from '../../shared/model.ts';
import { connection } from './connection.ts';
import { type Line, openLine } from './line.ts';

/** Lines of a log that are asked for after the connection was lost; whoever wants more reads them as ever. */
const MISSED_LINES = 1000;

/** Makes it and opens the line. `origin` is whence the page came, `token` that of this start. */
export function webBridge(origin: string, token: string): Bridge {
  const listeners = new Map<string, Set<(payload: never) => void>>();
  /** What the host was asked to tell of: it forgets with each connection. */
  const watches = new Map<string, { readonly call: CallName; readonly input: object }>();
  /** The newest line of each watched log. */
  const seen = new Map<string | null, number>();
  /** Lines that came while older ones are still asked for. */
  const early = new Map<string | null, LogLine[]>();

  const tell = <E extends EventName>(event: E, payload: Events[E]): void => {
    for (const listener of listeners.get(event) ?? []) listener(payload as never);
  };
  const tellLog = ({ engine, lines }: Events['log']): void => {
    const last = lines.at(-1);
    if (!last) return;
    seen.set(engine, last.seq);
    tell('log', { engine, lines });
  };
  const hear = (event: string, payload: unknown): void => {
    if (event !== 'log') return tell(event as EventName, payload as never);
    const log = payload as Events['log'];
    const waiting = early.get(log.engine);
    if (waiting) waiting.push(...log.lines);
    else tellLog(log);
  };

  const call = <N extends CallName>(name: N, input: object): Promise<Reply<CallOutput[N]>> =>
    line.ask({ call: name, input }) as Promise<Reply<CallOutput[N]>>;

  /** What was asked for before the line was lost; the newest of everything else comes by itself. */
  const catchUp = (): void => {
    for (const { call: name, input } of watches.values()) void call(name, input);
    for (const [engine, after] of seen) void missedLines(engine, after);
  };

  const missedLines = async (engine: string | null, after: number): Promise<void> => {
    early.set(engine, []);
    const reply = await call('logs.read', { engine, after, before: null, limit: MISSED_LINES });
    const missed = reply.ok ? reply.value.lines : [];
    const newest = missed.at(-1)?.seq ?? after;
    const later = (early.get(engine) ?? []).filter(({ seq }) => seq > newest);
    early.delete(engine);
    tellLog({ engine, lines: [...missed, ...later] });
  };

  const line: Line = openLine({
    origin,
    token,
    onEvent: hear,
    onState: (state) => connection.setState(state, true),
    onAgain: catchUp,
  });

  return {
    call(name, input) {
      // The gateway of this page is behind the same entrance, and the token its key.
      if (name === 'gateway.access') return Promise.resolve(ok({ base_url: `${origin}/v1`, token }) as never);
      if (name.endsWith('.watch')) remember(name, input as { readonly on: boolean; readonly engine?: string | null });
      return call(name, input);
    },
    async shell(name, input) {
      if (name === 'shell.copy') return copyText((input as { readonly text: string }).text);
      // There is no menu whose theme could follow, no window that waits to be shown, and nothing to show in a folder.
      return ok(null);
    },
    on(event, listener) {
      const mine = listeners.get(event) ?? new Set();
      // A wrapper of its own, so that the same function may listen twice.
      const entry = (payload: never): void => listener(payload);
      listeners.set(event, mine.add(entry));
      return () => void mine.delete(entry);
    },
    hear: line.hear,
    platform: 'web',
  };

  function remember(name: CallName, input: { readonly on: boolean; readonly engine?: string | null }): void {
    const key = `${name} ${input.engine ?? ''}`;
    if (input.on) watches.set(key, { call: name, input });
    else watches.delete(key);
    if (name === 'logs.watch' && !input.on) seen.delete(input.engine ?? null);
  }
}

const ok = <T>(value: T): Reply<T> => ({ ok: true, value });

async function copyText(text: string): Promise<Reply<null>> {
  try {
    await navigator.clipboard.writeText(text);
    return ok(null);
  } catch {
    // Also where the page came by another name than localhost: then browsers have no clipboard for it.
    const message = 'This browser does not let the page write to the clipboard.';
    return {
      ok: false,
      error: { code: 'permission_denied', message, hint: 'Select the text and copy it yourself.' },
    };
  }
}
