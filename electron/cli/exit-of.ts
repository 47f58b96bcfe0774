import type { ChildProcess } from 'node:child_process';
import type { CliIo } from './io.ts';

/**
 * Waits for a child that shares our terminal and gives its exit code. Signals are left to it: Ctrl-C reaches the whole
 * foreground group, so it has heard that already; one sent to us alone is passed on.
 */
export function exitOf(child: ChildProcess, onSignal: CliIo['onSignal']): Promise<number> {
  return new Promise((done, fail) => {
    const offs = [
      onSignal('SIGINT', () => {}),
      onSignal('SIGTERM', () => child.kill('SIGTERM')),
      onSignal('SIGHUP', () => child.kill('SIGHUP')),
    ];
    const end = (): void => {
      for (const off of offs) off();
    };
    child.once('error', (error) => {
      end();
      fail(error);
    });
    child.once('exit', (code, signal) => {
      end();
      done(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}
