import { useCallback, useEffect, useRef, useState } from 'react';
import type { Cause, LogLine } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { useSeen } from '../../seen.ts';
import { append, prepend } from './log-ring.ts';

const FIRST_READ = 1000;
const OLDER_READ = 500;
/** Lines of a chatty engine are taken in together, at most this often, ms: nobody reads faster, and laying rows out is what costs. */
const BATCH_MS = 66;

export interface Log {
  readonly lines: readonly LogLine[];
  /** Whether the first read has been answered. */
  readonly read: boolean;
  readonly error: Cause | null;
  /** Asks for lines ahead of the oldest one; does nothing when the file has none. */
  readonly older: () => void;
}

/** An engine's log: its newest lines, then live. Watches only while it is mounted and can be seen; shown again, it catches up. */
export function useLog(engine: string): Log {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [read, setRead] = useState(false);
  const [error, setError] = useState<Cause | null>(null);
  const oldest = useRef<number | null>(null);
  const newest = useRef<number | null>(null);
  const asking = useRef(false);
  const atStart = useRef(false);
  const seen = useSeen();

  useEffect(() => {
    oldest.current = lines[0]?.seq ?? null;
    newest.current = lines.at(-1)?.seq ?? null;
  }, [lines]);

  useEffect(() => {
    if (!seen) return;
    let alive = true;
    let caughtUp = false;
    let pending: LogLine[] = [];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const flush = () => {
      timer = null;
      const batch = pending;
      pending = [];
      setLines((old) => append(old, batch));
    };
    const soon = () => {
      if (caughtUp) timer ??= setTimeout(flush, BATCH_MS);
    };
    const off = bridge().on('log', (event) => {
      if (event.engine !== engine) return;
      pending.push(...event.lines);
      soon();
    });
    void bridge().call('logs.watch', { engine, on: true });
    const after = newest.current;
    void bridge()
      .call('logs.read', { engine, after, before: null, limit: FIRST_READ })
      .then((reply) => {
        if (!alive) return;
        caughtUp = true;
        setRead(true);
        setError(reply.ok ? null : reply.error);
        if (reply.ok) {
          const isAll = reply.value.lines.length < FIRST_READ;
          // More than is read at once was missed: what is kept would have a gap, and older lines are read when wanted.
          setLines((old) => append(isAll ? old : [], reply.value.lines));
          atStart.current = isAll && (after === null || atStart.current);
        }
        soon();
      });
    return () => {
      alive = false;
      off();
      if (timer) clearTimeout(timer);
      void bridge().call('logs.watch', { engine, on: false });
    };
  }, [engine, seen]);

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
