import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/**
 * Which systemd units Stackyard itself has started, so that quitting stops those and no others. Kept in `DATA/units.json`: a unit
 * outlives a killed host, and the next one has to know whose word it runs on.
 */
export class StartedUnits {
  #file: string;
  /** Unit → its invocation; `null` = whichever comes next, since systemd itself starts it again. */
  #units: Map<string, string | null>;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(data: string) {
    this.#file = join(data, 'units.json');
    this.#units = load(this.#file);
  }

  /** Whether this activation of the unit is our doing. Somebody else's start makes it theirs. */
  isOurs(unit: string, invocation: string | null): boolean {
    const known = this.#units.get(unit);
    return known !== undefined && (known === null || known === invocation);
  }

  set(unit: string, invocation: string | null): void {
    if (this.#units.get(unit) === invocation) return;
    this.#units.set(unit, invocation);
    this.#save();
  }

  delete(unit: string): void {
    if (this.#units.delete(unit)) this.#save();
  }

  #save(): void {
    const text = `${JSON.stringify({ schema: 1, units: Object.fromEntries(this.#units) }, null, 2)}\n`;
    // What can't be written is only forgotten: then a unit is left running rather than stopped.
    this.#writing = this.#writing.then(() => writeFileAtomic(this.#file, text, { mode: 0o600 })).catch(() => {});
  }
}

function load(file: string): Map<string, string | null> {
  try {
    const { units } = JSON.parse(readFileSync(file, 'utf8')) as { units: Record<string, unknown> };
    const rows = Object.entries(units).filter((row): row is [string, string | null] => {
      return row[1] === null || typeof row[1] === 'string';
    });
    return new Map(rows);
  } catch {
    return new Map();
  }
}
