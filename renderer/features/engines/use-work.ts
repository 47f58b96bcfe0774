import { useEffect, useState } from 'react';
import type { Bridge } from '../../../shared/contract/ipc.ts';
import type { EngineWork, WorkPoint } from '../../../shared/engine-work.ts';
import { bridge } from '../../bridge.ts';
import { useSeen } from '../../seen.ts';

export interface SeenWork {
  /** `null` while it tells nothing. */
  readonly work: EngineWork | null;
  /** Of the last minutes, oldest first. */
  readonly points: readonly WorkPoint[];
}

const NOTHING: SeenWork = { work: null, points: [] };
/** As many as the host keeps. */
const MOST = 600;

/** What an engine tells of its work, once a second while the page can be seen. */
export function useWork(engine: string): SeenWork {
  const [seen, setSeen] = useState(NOTHING);
  const seenNow = useSeen();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was told of another engine goes
  useEffect(() => setSeen(NOTHING), [engine]);
  useEffect(() => {
    if (!seenNow) return;
    let shown = true;
    const to = bridge();
    const add = (points: readonly WorkPoint[], work: EngineWork | null) =>
      setSeen((before) => ({ work: work ?? before.work, points: joined(before.points, points) }));
    const off = to.on('work', (all) => {
      const work = all.find((one) => one.engine === engine) ?? null;
      if (work === null) setSeen((before) => ({ ...before, work: null }));
      else add([work], work);
    });
    void to.call('work.history', { engine }).then((reply) => {
      if (shown && reply.ok) add(reply.value, null);
    });
    const leave = watchWork(to);
    return () => {
      shown = false;
      off();
      leave();
    };
  }, [engine, seenNow]);
  return seen;
}

/** How many parts of the page show work now: the host is told of the first and of the last. */
let watching = 0;

function watchWork(to: Bridge): () => void {
  watching += 1;
  if (watching === 1) void to.call('work.watch', { on: true });
  return () => {
    watching -= 1;
    if (watching === 0) void to.call('work.watch', { on: false });
  };
}

/** Each moment once, in order. */
function joined(a: readonly WorkPoint[], b: readonly WorkPoint[]): readonly WorkPoint[] {
  const newest = a.at(-1)?.at ?? 0;
  if (b.every(({ at }) => at > newest)) return [...a, ...b].slice(-MOST);
  const all = new Map([...b, ...a].map((point) => [point.at, point]));
  return [...all.values()].sort((one, other) => one.at - other.at).slice(-MOST);
}
