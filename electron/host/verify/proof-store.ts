/** The newest proof of each model, and the sums of the last runs, kept in the data folder: they outlive the host. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { ModelProof, VerifyRun } from '../../../shared/contract/verify.ts';
import type { Decided } from '../../core/verify-news.ts';

/** As much is kept. */
const MODELS = 500;
const RUNS = 100;

export interface KeptProofs {
  readonly models: readonly ModelProof[];
  readonly decided: Decided;
  /** Oldest first. */
  readonly runs: readonly Omit<VerifyRun, 'models'>[];
}

export class ProofStore {
  #file: string;
  #kept: KeptProofs = { models: [], decided: {}, runs: [] };
  #writing: Promise<void> = Promise.resolve();

  /** `data`: the data folder; the file is `verify.json` there. */
  constructor(data: string) {
    this.#file = join(data, 'verify.json');
  }

  get kept(): KeptProofs {
    return this.#kept;
  }

  /** Reads what earlier hosts kept. A file that is not there or not ours is nothing. */
  async load(): Promise<void> {
    try {
      const read = JSON.parse(await readFile(this.#file, 'utf8')) as Partial<KeptProofs> & { schema?: unknown };
      if (read.schema !== 1 || !Array.isArray(read.models) || !Array.isArray(read.runs)) return;
      this.#kept = { models: read.models.filter(isProof), decided: read.decided ?? {}, runs: read.runs };
    } catch {
      // nothing was kept, or nothing readable
    }
  }

  /** In force at once; written behind. Never fails: a full disk must not end a verification. */
  add(run: VerifyRun, decided: Decided): void {
    const { models, ...sum } = run;
    const news = new Set(models.map(({ id }) => id));
    const all = [...this.#kept.models.filter(({ id }) => !news.has(id)), ...models].slice(-MODELS);
    const known = new Set(all.map(({ id }) => id));
    this.#kept = {
      models: all,
      decided: Object.fromEntries(Object.entries(decided).filter(([id]) => known.has(id))),
      runs: [...this.#kept.runs, sum].slice(-RUNS),
    };
    const write = () => writeFileAtomic(this.#file, JSON.stringify({ schema: 1, ...this.#kept }), { mode: 0o600 });
    this.#writing = this.#writing.then(write).catch(() => {});
  }

  /** Resolves when everything is on disk. */
  settled(): Promise<void> {
    return this.#writing;
  }
}

function isProof(value: unknown): value is ModelProof {
  const { id, at, ways } = (typeof value === 'object' && value !== null ? value : {}) as Partial<ModelProof>;
  return typeof id === 'string' && typeof at === 'string' && Array.isArray(ways);
}
