/**
 * Every config that was applied, kept in the data folder: one file each, numbered, written whole or not at all, readable by its
 * owner only. A text is kept as it was written, so a secret that it refers to stays a reference. The newest version is also the
 * last good one, which a start falls back to when the file is broken.
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { CONFIG_ORIGINS, type ConfigVersion } from '../../shared/contract/ipc.ts';
import type { Plan } from '../../shared/model.ts';
import { writeDurably } from './write-durably.ts';

/** Versions and bytes that are kept at most, of all config files together; the newest version always is. */
export const HISTORY_LIMITS = { versions: 200, bytes: 32 * 1024 * 1024 };

/** The versions of one config file. Those of other files in the same folder count towards the bounds only. */
export class ConfigHistory {
  #folder: string;
  #path: string;
  #limits: typeof HISTORY_LIMITS;

  constructor(data: string, path: string, limits = HISTORY_LIMITS) {
    this.#folder = join(data, 'history');
    this.#path = path;
    this.#limits = limits;
  }

  /** Newest first. What can't be read (a damaged disk) is left out, so that an older version takes its place. */
  async list(): Promise<readonly ConfigVersion[]> {
    const out: ConfigVersion[] = [];
    for (const name of (await this.#files()).reverse()) {
      const version = await this.#read(name);
      if (version !== null) out.push(version);
    }
    return out;
  }

  /** The newest version; `null` when none is known. */
  async newest(): Promise<ConfigVersion | null> {
    for (const name of (await this.#files()).reverse()) {
      const version = await this.#read(name);
      if (version !== null) return version;
    }
    return null;
  }

  /** The version of this revision, when it was last applied; `null` when it is not (or no longer) kept. */
  async find(revision: string): Promise<ConfigVersion | null> {
    for (const name of (await this.#files()).reverse()) {
      const version = revisionIn(name) === revision ? await this.#read(name) : null;
      if (version !== null) return version;
    }
    return null;
  }

  /** Keeps a version, unless it is the newest one already; then takes away what the bounds no longer allow. */
  async add(version: ConfigVersion): Promise<void> {
    if ((await this.newest())?.revision === version.revision) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const last = (await this.#files()).at(-1);
    const number = String(last === undefined ? 1 : numberIn(last) + 1).padStart(6, '0');
    const file = join(this.#folder, `${number}-${version.revision}.json`);
    const entry = { schema: 1, path: this.#path, ...version };
    await writeDurably(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    await this.#trim();
  }

  /** Names by age, oldest first. The number tells, not the clock, which may be set back. */
  async #files(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => FILE.test(name)).sort((a, b) => numberIn(a) - numberIn(b));
  }

  async #read(name: string): Promise<ConfigVersion | null> {
    try {
      const entry = v.parse(entrySchema, JSON.parse(await readFile(join(this.#folder, name), 'utf8')));
      if (entry.path !== this.#path || entry.revision !== revisionIn(name)) return null;
      const { revision, at, origin, text } = entry;
      // Written by ourselves, of this schema.
      return { revision, at, origin, plan: entry.plan as unknown as Plan, text };
    } catch {
      return null;
    }
  }

  async #trim(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      // What a write that was cut short has left.
      if (LEFTOVER.test(name)) await rm(join(this.#folder, name), { force: true });
    }
    let bytes = 0;
    for (const [i, name] of (await this.#files()).reverse().entries()) {
      const file = join(this.#folder, name);
      bytes += (await stat(file)).size;
      if (i > 0 && (i >= this.#limits.versions || bytes > this.#limits.bytes)) await rm(file, { force: true });
    }
  }
}

const FILE = /^\d{6,}-[0-9a-f]{12}\.json$/;
const LEFTOVER = /^\d{6,}-[0-9a-f]{12}\.json\.\d+$/;
const numberIn = (name: string): number => Number(name.slice(0, name.indexOf('-')));
const revisionIn = (name: string): string => name.slice(name.indexOf('-') + 1, -'.json'.length);

const entrySchema = v.object({
  schema: v.literal(1),
  path: v.string(),
  revision: v.string(),
  at: v.string(),
  origin: v.picklist(CONFIG_ORIGINS),
  plan: v.looseObject({ engines: v.array(v.looseObject({})) }),
  text: v.string(),
});
