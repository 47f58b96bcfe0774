import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tempFolder } from './tmp.ts';
import { top } from './tools.ts';

/** A user's systemd of a test's own: stand-ins for `systemctl` and `journalctl` on PATH, with real processes behind them. */
export interface StandInSystemd {
  /** Makes a unit that runs this program. */
  unit(name: string, unit: { exec: readonly string[]; env?: Record<string, string>; restart?: 'always' }): void;
  /** Runs a verb as a person would. */
  control(...words: string[]): void;
  state(name: string): { ActiveState: string; MainPID: number; InvocationID: string };
  /** Stops what runs and takes the stand-ins off PATH. */
  remove(): void;
}

/** Puts them on this process's PATH until `remove`. Without `session` the user has no systemd to talk to. */
export function standInSystemd({ session = true }: { session?: boolean } = {}): StandInSystemd {
  const folder = tempFolder();
  const { PATH } = process.env;
  const names: string[] = [];
  process.env.PATH = [join(top, 'tests/fixtures/programs/systemd'), PATH].join(delimiter);
  if (session) process.env.STAND_IN_SYSTEMD = folder;
  const control = (...words: string[]) => void execFileSync('systemctl', ['--user', ...words]);
  return {
    unit(name, unit) {
      names.push(name);
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(unit));
    },
    control,
    state: (name) => JSON.parse(readFileSync(join(folder, `${name}.state`), 'utf8')),
    remove() {
      if (session) for (const name of names) control('stop', name);
      process.env.PATH = PATH;
      delete process.env.STAND_IN_SYSTEMD;
    },
  };
}
