import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { GpuPlaces } from '../../electron/host/gpu/source.ts';
import { tempFolder } from './tmp.ts';
import { top } from './tools.ts';

/** A machine of its own for the sources of GPU figures: stand-in tools, and folders in the place of `/sys` and `/proc`. */
export interface GpuMachine {
  readonly places: GpuPlaces;
  /** Puts a tool there, or takes it away. */
  tool(name: string, there?: boolean): void;
  /** What the tool prints from now on for a word; with `code`, how it ends then. `null` = it hangs. */
  says(name: string, word: string, text: string | null, code?: number): void;
  /** The arguments of every call so far. */
  calls(name: string): readonly string[];
  /** Pid of the tool as it ran last. */
  pid(name: string): number;
  /** Writes a file below `/sys` or `/proc` of this machine. */
  file(path: string, content: string): void;
  readonly folder: string;
}

export function gpuMachine(change: Partial<GpuPlaces> = {}): GpuMachine {
  const folder = tempFolder('gpu');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    // In one step: a tool that reads just now sees the old or the new text.
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  };
  return {
    folder,
    places: {
      env: { PATH: bin },
      platform: 'linux',
      sys: join(folder, 'sys'),
      proc: join(folder, 'proc'),
      folders: [],
      memory: () => ({ total: 64 * 1024 ** 3, used: 8 * 1024 ** 3 }),
      patienceMs: 20_000,
      ...change,
    },
    tool(name, there = true) {
      const path = join(bin, name);
      if (!there) return rmSync(path, { force: true });
      copyFileSync(join(top, 'tests/fixtures/gpu/stand-in.sh'), path);
      chmodSync(path, 0o755);
    },
    says(name, word, text, code = 0) {
      const path = join(bin, `${name}.${word}`);
      if (text === null) return write(`${path}.hang`, '');
      rmSync(`${path}.hang`, { force: true });
      if (code === 0) rmSync(`${path}.code`, { force: true });
      else write(`${path}.code`, String(code));
      write(path, text);
    },
    calls: (name) => {
      const path = join(bin, `${name}.calls`);
      return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
    },
    pid: (name) => Number(readFileSync(join(bin, `${name}.pid`), 'utf8')),
    file: (path, content) => write(join(folder, path), content),
  };
}
