/** Everything a command touches of the process it runs in, so that the app (`--cli`) and tests can be that process. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ourPackage } from './our-package.ts';

export type CliSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface CliIo {
  /** Writes to stdout: what was asked for, nothing else. */
  readonly out: (text: string) => void;
  /** Writes to stderr: everything that is said about it. */
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homedir: string;
  readonly version: string;
  /** Our built programs that a command may have to start. */
  readonly programs: { readonly cli: string; readonly router: string };
  /** Folder of the built page that `serve --ui` serves. */
  readonly page: string;
  /** Whether a person reads stderr as it is written. */
  readonly errIsTerminal: boolean;
  /** Hears a signal until what it gives is called; while nobody listens, the signal does what it usually does. */
  readonly onSignal: (signal: CliSignal, listener: () => void) => () => void;
}

/** The real process; `folder` is that of the built entries, where `cli.js` and `router.js` lie. */
export function processIo(folder: string): CliIo {
  // `stackyard logs | head` closes the pipe early; that is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    platform: process.platform,
    homedir: homedir(),
    version: ourPackage(folder)?.version ?? 'unknown',
    programs: { cli: join(folder, 'cli.js'), router: join(folder, 'router.js') },
    page: join(folder, '..', 'renderer'),
    errIsTerminal: process.stderr.isTTY === true,
    onSignal(signal, listener) {
      process.on(signal, listener);
      return () => process.off(signal, listener);
    },
  };
}
