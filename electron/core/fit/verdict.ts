/** Whether a model fits now, after something idle makes room, or not at all. Never stops anything: it only says. */
import type { FitRoom, FitView, MakesRoom, MemoryKind, StaysThere } from '../../../shared/fit.ts';

/** Somebody who holds memory. */
export interface Holder {
  readonly engine: string;
  /** A model that can be unloaded by itself; `null` = the whole engine. */
  readonly model: string | null;
  /** Bytes of graphics cards and of the machine; `null` = unknown. */
  readonly gpu: number | null;
  readonly ram: number | null;
  /** Why it is not asked to go; `null` = it may. */
  readonly stays: StaysThere['why'] | null;
  /** Of the same group: it goes before the model's engine starts, whether there is room or not. */
  readonly goes: boolean;
}

export type Judged = Pick<FitView, 'verdict' | 'why' | 'room' | 'short' | 'after' | 'stays' | 'freeable'>;

/** Judges; `rooms` must not be empty, and the first is where the weights go. */
export function judgeFit(rooms: readonly [FitRoom, ...FitRoom[]], holders: readonly Holder[]): Judged {
  const [first] = rooms;
  const nothing = { why: null, room: rooms, short: null, after: [], stays: [], freeable: 0 };
  const tooBig = rooms.find(({ needs, total }) => needs !== null && total !== null && needs > total);
  if (tooBig !== undefined) return { ...nothing, verdict: 'will_not_fit', short: tooBig };
  const silent = rooms.find(({ needs, free }) => needs === null || free === null);
  if (silent !== undefined) {
    const what = silent.needs === null ? 'how much of it the model needs' : 'how much of it is free';
    return { ...nothing, verdict: 'unknown', why: `nobody tells of the ${MEMORY[silent.kind]} ${what}` };
  }
  const movable = holders.filter(({ stays }) => stays === null);
  const going = movable.filter(({ goes }) => goes);
  const lacking = (gone: readonly Holder[]): FitRoom | undefined => rooms.find((room) => lack(room, gone) > 0);
  const short = lacking([]) ?? null;
  const about = short ?? first;
  const makeRoom = (chosen: readonly Holder[]): MakesRoom[] =>
    chosen.map((one) => ({ engine: one.engine, model: one.model, frees: heldOf(one, about.kind) ?? 0 }));
  if (lacking(going) === undefined)
    return { ...nothing, verdict: going.length === 0 ? 'fits' : 'fits_after', short, after: makeRoom(going) };
  const chosen = fewest(
    going,
    movable.filter(({ goes }) => !goes),
    lacking,
  );
  if (chosen !== null) return { ...nothing, verdict: 'fits_after', short, after: makeRoom(chosen) };
  const last = lacking(movable) ?? about;
  const dumb = movable.find((one) => heldOf(one, last.kind) === null);
  if (dumb !== undefined)
    return {
      ...nothing,
      verdict: 'unknown',
      short: last,
      why: `nobody tells how much ${dumb.engine} holds, which could be stopped`,
    };
  return {
    ...nothing,
    verdict: 'will_not_fit',
    short: last,
    stays: holders.flatMap((one): StaysThere[] => {
      const held = heldOf(one, last.kind) ?? 0;
      return one.stays === null || held === 0 ? [] : [{ engine: one.engine, why: one.stays, holds: held }];
    }),
    freeable: sum(movable, last.kind),
  };
}

const MEMORY: Readonly<Record<MemoryKind, string>> = {
  gpu: 'cards’ memory',
  ram: 'RAM',
  shared: 'memory that the card shares',
};

/** Bytes of one holder in a memory; where a card shares the machine's, both are one. */
function heldOf({ gpu, ram }: Holder, kind: MemoryKind): number | null {
  if (kind === 'gpu') return gpu;
  if (kind === 'ram') return ram;
  return gpu === null && ram === null ? null : (gpu ?? 0) + (ram ?? 0);
}

const sum = (holders: readonly Holder[], kind: MemoryKind): number =>
  holders.reduce((all, one) => all + (heldOf(one, kind) ?? 0), 0);

/** Bytes that are still missing once these are gone. */
const lack = ({ kind, needs, free }: FitRoom, gone: readonly Holder[]): number =>
  (needs ?? 0) - (free ?? 0) - sum(gone, kind);

/** As few as do, the smallest of them: one by itself, else from the largest on, without those that turn out not to be needed. */
function fewest(
  going: readonly Holder[],
  others: readonly Holder[],
  lacking: (gone: readonly Holder[]) => FitRoom | undefined,
): readonly Holder[] | null {
  const size = (one: Holder): number => (one.gpu ?? 0) + (one.ram ?? 0);
  const rising = [...others].sort((a, b) => size(a) - size(b));
  const single = rising.find((one) => lacking([...going, one]) === undefined);
  if (single !== undefined) return [...going, single];
  let chosen: Holder[] = [];
  for (const one of rising.reverse()) {
    if (lacking([...going, ...chosen]) === undefined) break;
    chosen.push(one);
  }
  if (lacking([...going, ...chosen]) !== undefined) return null;
  for (const one of [...chosen]) {
    const without = chosen.filter((other) => other !== one);
    if (lacking([...going, ...without]) === undefined) chosen = without;
  }
  return [...going, ...chosen];
}
