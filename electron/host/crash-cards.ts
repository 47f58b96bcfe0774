/** The crash cards of every engine: the newest in memory, and the last one of each also on disk, for the next start of Stackyard. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { CrashCard } from '../../shared/model.ts';

/** Cards kept of one engine. */
export const KEPT = 10;

export class CrashCards {
  #path: string;
  #cards = new Map<string, readonly CrashCard[]>();
  #writing: Promise<unknown> = Promise.resolve();

  /** `data`: the data folder; the file is `crashes.json` there. */
  constructor(data: string) {
    this.#path = join(data, 'crashes.json');
  }

  /** Reads what the last Stackyard kept. A file that is not there or not ours is nothing. */
  async remember(): Promise<void> {
    try {
      const kept = JSON.parse(await readFile(this.#path, 'utf8')) as unknown;
      if (typeof kept !== 'object' || kept === null) return;
      for (const [engine, card] of Object.entries(kept)) if (isCard(card)) this.#cards.set(engine, [card]);
    } catch {
      // nothing was kept, or nothing readable
    }
  }

  /** Newest first; those of an engine that has none are empty. */
  of(engine: string): readonly CrashCard[] {
    return this.#cards.get(engine) ?? [];
  }

  /** Keeps a card, already redacted. Never fails: a full disk must not stop an engine. */
  add(engine: string, card: CrashCard): void {
    this.#cards.set(engine, [card, ...this.of(engine)].slice(0, KEPT));
    this.#save();
  }

  /** Forgets the engines that are not named any more. */
  keepOnly(engines: ReadonlySet<string>): void {
    const gone = [...this.#cards.keys()].filter((engine) => !engines.has(engine));
    for (const engine of gone) this.#cards.delete(engine);
    if (gone.length > 0) this.#save();
  }

  /** Resolves when everything is on disk. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #save(): void {
    const newest = Object.fromEntries([...this.#cards].map(([engine, cards]) => [engine, cards[0]]));
    const text = JSON.stringify(newest);
    this.#writing = this.#writing.then(() => writeFileAtomic(this.#path, text, { mode: 0o600 })).catch(() => {});
  }
}

/** Written by another version it may be anything; what the pages rely on must be there. */
function isCard(value: unknown): value is CrashCard {
  const card = value as Partial<CrashCard> | null;
  return (
    typeof card?.at === 'string' &&
    typeof card.cause?.code === 'string' &&
    typeof card.cause.message === 'string' &&
    Array.isArray(card.lines)
  );
}
