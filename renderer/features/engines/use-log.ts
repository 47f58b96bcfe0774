import { useCallback, useEffect, useRef, useState } from 'react';
import type { Cause, LogLine } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { append, prepend } from './log-ring.ts';

const FIRST_READ = 1000;
const OLDER_READ = 500;
/** Lines of a chatty engine are taken in together, at most this often. */
const BATCH_MS = 50;

export interface Log {
  readonly lines: readonly LogLine[];
  /** Whether the first read has been answered. */
  readonly read: boolean;
  readonly error: Cause | null;
  /** Asks for lines ahead of the oldest one; does nothing when the file has none. */
  readonly older: () => void;
}

/** An engine's log: its newest lines, then live. Watches only while mounted. */
export function useLog(engine: string): Log {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [read, setRead] = useState(false);
  const [error, setError] = useState<Cause | null>(null);
  const oldest = useRef<number | null>(null);
  const asking = useRef(false);
  const atStart = useRef(false);

  useEffect(() => {
    oldest.current = lines[0]?.seq ?? null;
  }, [lines]);

  useEffect(() => {
    let alive = true;
    let pending: LogLine[] = [];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const flush = () => {
      timer = null;
      const batch = pending;
      pending = [];
      if (alive) setLines((old) => append(old, batch));
    };
    const off = bridge().on('log', (event) => {
      if (event.engine !== engine) return;
      pending.push(...event.lines);
      timer ??= setTimeout(flush, BATCH_MS);
    });
    void bridge().call('logs.watch', { engine, on: true });
    void bridge()
      .call('logs.read', { engine, after: null, before: null, limit: FIRST_READ })
      .then((reply) => {
        if (!alive) return;
        setRead(true);
        if (!reply.ok) setError(reply.error);
        // live lines may have come first: what was read stands ahead of them
        else setLines((live) => append(append([], reply.value.lines), live));
        atStart.current = reply.ok && reply.value.lines.length < FIRST_READ;
      });
    return () => {
      alive = false;
      off();
      if (timer) clearTimeout(timer);
      void bridge().call('logs.watch', { engine, on: false });
    };
  }, [engine]);

  const older = useCallback(() => {
    if (asking.current || atStart.current || oldest.current === null) return;
    asking.current = true;
    void bridge()
      .call('logs.read', { engine, after: null, before: oldest.current, limit: OLDER_READ })
      .then((reply) => {
        asking.current = false;
        if (!reply.ok) return;
        atStart.current = reply.value.lines.length < OLDER_READ;
        setLines((old) => prepend(old, reply.value.lines));
      });
  }, [engine]);

  return { lines, read, error, older };
}
