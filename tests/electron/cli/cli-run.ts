import { join } from 'node:path';
import type { CliIo, CliSignal } from '../../../electron/cli/io.ts';
import { runCli } from '../../../electron/cli/run.ts';
import { top } from '../../support/tools.ts';

export interface CliRun {
  /** The exit code, once the command is done. */
  readonly code: Promise<number>;
  readonly out: () => string;
  readonly err: () => string;
  /** Sends a signal to the command, as the system would. */
  readonly signal: (signal: CliSignal) => void;
}

/** Starts a command in this process; `terminal` as if a person read stderr. */
export function startCli(argv: readonly string[], options: { env?: CliIo['env']; terminal?: boolean } = {}): CliRun {
  const texts = { out: '', err: '' };
  const listeners = new Map<CliSignal, Set<() => void>>();
  const io: CliIo = {
    out: (text) => {
      texts.out += text;
    },
    err: (text) => {
      texts.err += text;
    },
    env: options.env ?? {},
    platform: process.platform,
    homedir: '/nonexistent-home',
    version: '9.8.7',
    programs: { cli: join(top, 'no-cli.js'), router: join(top, 'no-router.js') },
    page: join(top, 'no-page'),
    errIsTerminal: options.terminal === true,
    onSignal(signal, listener) {
      const set = listeners.get(signal) ?? new Set();
      listeners.set(signal, set.add(listener));
      return () => set.delete(listener);
    },
  };
  return {
    code: runCli(argv, io),
    out: () => texts.out,
    err: () => texts.err,
    signal: (signal) => {
      for (const listener of listeners.get(signal) ?? []) listener();
    },
  };
}

/** Runs a command in this process to its end. */
export async function cli(
  argv: readonly string[],
  options: { env?: CliIo['env']; terminal?: boolean } = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string; readonly json: unknown }> {
  const run = startCli(argv, options);
  const code = await run.code;
  return {
    code,
    out: run.out(),
    err: run.err(),
    get json() {
      return JSON.parse(run.out());
    },
  };
}
