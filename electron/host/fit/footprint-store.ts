/** What models were seen to take, kept in the data folder: it outlives the host. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** What one model took when it was loaded. Bytes; `null` = it could not be told. */
export interface Measured {
  readonly engine: string;
  readonly model: string;
  /** As the config said; `null` = left to the engine. */
  readonly context: number | null;
  readonly slots: number | null;
  /** Of everything else in the config that memory depends on. */
  readonly setup: string;
  readonly gpu: number | null;
  readonly ram: number | null;
  readonly load_ms: number | null;
  /** Tokens of context as the engine tells. */
  readonly told_context: number | null;
  /** ISO. */
  readonly at: string;
}

/** What a measurement is looked up by. */
export type MeasuredKey = Pick<Measured, 'engine' | 'model' | 'context' | 'slots' | 'setup'>;

/** Those measured last are kept. */
const MOST = 500;

export class FootprintStore {
  #file: string;
  /** Oldest first. */
  #all = new Map<string, Measured>();
  #writing: Promise<void> = Promise.resolve();
  #queued = false;

  /** `data`: the data folder; the file is `footprints.json` there. */
  constructor(data: string) {
    this.#file = join(data, 'footprints.json');
  }

  /** Reads what earlier hosts measured. A file that is not there or not ours is nothing. */
  async load(): Promise<void> {
    try {
      const read = JSON.parse(await readFile(this.#file, 'utf8')) as { schema?: unknown; footprints?: unknown };
      if (read.schema !== 1 || !Array.isArray(read.footprints)) return;
      for (const one of read.footprints.filter(isMeasured).slice(-MOST)) this.#all.set(keyOf(one), one);
    } catch {
      // nothing was kept, or nothing readable
    }
  }

  find(key: MeasuredKey): Measured | null {
    return this.#all.get(keyOf(key)) ?? null;
  }

  /** Whether this engine was ever seen to use a card, or to be without one on purpose; `null` = never measured. */
  usesCards(engine: string, setup: string): boolean | null {
    const known = [...this.#all.values()].filter((one) => one.engine === engine && one.setup === setup);
    const told = known.flatMap(({ gpu }) => gpu ?? []).at(-1);
    return told === undefined ? null : told > 0;
  }

  /** In force at once; written behind. Never fails: a full disk must not disturb a load. */
  learn(one: Measured): void {
    const key = keyOf(one);
    this.#all.delete(key);
    this.#all.set(key, one);
    for (const oldest of this.#all.keys()) {
      if (this.#all.size <= MOST) break;
      this.#all.delete(oldest);
    }
    if (this.#queued) return;
    this.#queued = true;
    this.#writing = this.#writing.then(() => {
      this.#queued = false;
      const text = `${JSON.stringify({ schema: 1, footprints: [...this.#all.values()] })}\n`;
      return writeFileAtomic(this.#file, text, { mode: 0o600 }).catch(() => {});
    });
  }

  /** Resolves when everything is on disk. */
  settled(): Promise<void> {
    return this.#writing;
  }
}

const keyOf = ({ engine, model, context, slots, setup }: MeasuredKey): string =>
  JSON.stringify([engine, model, context, slots, setup]);

/** Written by another version, or by hand, it may be anything. */
function isMeasured(value: unknown): value is Measured {
  const one = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const texts = [one.engine, one.model, one.setup, one.at];
  const amounts = [one.context, one.slots, one.gpu, one.ram, one.load_ms, one.told_context];
  return (
    texts.every((text) => typeof text === 'string') &&
    amounts.every((n) => n === null || (typeof n === 'number' && Number.isFinite(n) && n >= 0)) &&
    !Number.isNaN(Date.parse(one.at as string))
  );
}
