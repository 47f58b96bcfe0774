/** The cards' past: the last hour as it was sampled, and the last week by the minute, which outlives the host in one small file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { GpuDevice, GpuPoint, GpuSample, OwnerMemory } from '../../../shared/gpu.ts';
import { ownerMemory, sameOwners } from '../../core/gpu/owner-memory.ts';
import { averagePoint, pointsIn, rowsOf } from '../../core/gpu/past.ts';

const MINUTE = 60_000;
/** An hour at one a second. */
const POINTS = 3_600;
/** A week at one a minute. */
const MINUTES = 7 * 24 * 60;
/** Cards that are kept: those seen last. */
const CARDS = 16;
/** So often the file is written, minutes: what a crash may lose. */
const WRITE_EVERY = 5;

interface Past {
  readonly points: GpuPoint[];
  readonly minutes: GpuPoint[];
  /** Of the minute that is under way. */
  pending: GpuPoint[];
}

export class GpuHistory {
  #path: string;
  #cards = new Map<string, Past>();
  #writing: Promise<void> = Promise.resolve();
  #queued: Promise<void> | null = null;
  #unwritten = 0;

  constructor(data: string) {
    this.#path = join(data, 'gpu-history.json');
  }

  /** Takes up the week of an earlier host. A file that is none is left behind. */
  async remember(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    for (const [uuid, minutes] of cardsIn(text).slice(-CARDS)) {
      const past = this.#of(uuid);
      past.minutes.unshift(...minutes);
      trim(past.minutes, MINUTES);
    }
  }

  add(sample: GpuSample): void {
    const at = Date.parse(sample.at);
    for (const card of sample.gpus) {
      const past = this.#of(card.uuid);
      const owners = sameOwners(past.points.at(-1)?.owners, ownerMemory(card, sample.processes));
      this.#take(past, pointOf(card, at, owners));
    }
    while (this.#cards.size > CARDS) {
      const [oldest] = this.#cards.keys();
      if (oldest === undefined) break;
      this.#cards.delete(oldest);
    }
    if (this.#unwritten >= WRITE_EVERY) void this.save();
  }

  /** Oldest first: every sample of the last hour, or a point for each minute of the last week. */
  of(uuid: string, span: 'hour' | 'week'): readonly GpuPoint[] {
    const past = this.#cards.get(uuid);
    if (past === undefined) return [];
    return span === 'hour' ? [...past.points] : [...past.minutes];
  }

  /** Writes the week; resolves when it is on disk, or can't be. Asked for while a write is under way, one more follows. */
  save(): Promise<void> {
    this.#unwritten = 0;
    // A machine without a card gets no file.
    if (this.#cards.size === 0) return this.#writing;
    this.#queued ??= this.#writing.then(() => {
      this.#queued = null;
      // A full disk must not take more than the past.
      this.#writing = this.#write().catch(() => {});
      return this.#writing;
    });
    return this.#queued;
  }

  async #write(): Promise<void> {
    const cards: string[] = [];
    for (const [uuid, { minutes }] of [...this.#cards]) {
      cards.push(`${JSON.stringify(uuid)}:${JSON.stringify(rowsOf(minutes))}`);
      // A week of sixteen cards at once would hold up everybody else.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writeFileAtomic(this.#path, `{"schema":2,"cards":{${cards.join(',\n')}}}\n`, { mode: 0o600 });
  }

  #of(uuid: string): Past {
    const known = this.#cards.get(uuid) ?? { points: [], minutes: [], pending: [] };
    // The card seen last stands last.
    this.#cards.delete(uuid);
    this.#cards.set(uuid, known);
    return known;
  }

  #take(past: Past, point: GpuPoint): void {
    past.points.push(point);
    const since = past.points.findIndex(({ at }) => at > point.at - 60 * MINUTE);
    if (since > 0) past.points.splice(0, since);
    trim(past.points, POINTS);
    const [first] = past.pending;
    if (first !== undefined && minuteOf(first.at) !== minuteOf(point.at)) {
      past.minutes.push(averagePoint(past.pending, minuteOf(first.at) * MINUTE));
      trim(past.minutes, MINUTES);
      past.pending = [];
      this.#unwritten += 1;
    }
    past.pending.push(point);
    trim(past.pending, 2 * 60);
  }
}

const minuteOf = (at: number): number => Math.floor(at / MINUTE);

function trim(list: GpuPoint[], most: number): void {
  if (list.length > most) list.splice(0, list.length - most);
}

const pointOf = (
  { utilization, memory_used, temperature, power }: GpuDevice,
  at: number,
  owners: OwnerMemory,
): GpuPoint => ({
  at,
  utilization,
  memory_used,
  temperature,
  power,
  owners,
});

function cardsIn(text: string): [string, GpuPoint[]][] {
  try {
    const { cards } = JSON.parse(text) as { cards: unknown };
    if (typeof cards !== 'object' || cards === null) return [];
    return Object.entries(cards).map(([uuid, card]) => [uuid, pointsIn(card)]);
  } catch {
    return [];
  }
}
