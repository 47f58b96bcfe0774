/** The router as a `utilityProcess`: the app's own binary, without leaving its fuses open for a plain Node. */
import { createWriteStream } from 'node:fs';
import { utilityProcess } from 'electron';
import type { FromRouter } from '../../shared/contract/router.ts';
import type { ForkRouter } from '../host/router-link.ts';

/** Starts the router; only after `ready`. */
export const forkUtility: ForkRouter = ({ file, env, logPath }) => {
  const child = utilityProcess.fork(file, [], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    serviceName: 'Stackyard Router',
  });
  const log = createWriteStream(logPath, { flags: 'a', mode: 0o600 });
  log.on('error', () => {}); // the router matters more than its log
  child.stdout?.on('data', (bytes: Buffer) => log.write(bytes));
  child.stderr?.on('data', (bytes: Buffer) => log.write(bytes));
  let pid: number | null = null;
  let left = false;
  child.once('spawn', () => {
    pid = child.pid ?? null;
  });
  child.once('exit', () => {
    left = true;
    log.end();
  });
  return {
    get pid() {
      return pid;
    },
    send: (message) => {
      if (!left) child.postMessage(message);
    },
    onMessage: (listener) => child.on('message', (message: unknown) => listener(message as FromRouter)),
    onExit: (listener) => child.once('exit', () => listener()),
    kill: () => {
      // `child.kill()` is a TERM; this is for one that did not listen.
      if (left || pid === null) return;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it left at this very moment
      }
    },
  };
};
