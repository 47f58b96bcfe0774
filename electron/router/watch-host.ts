import { readFileSync } from 'node:fs';

/** How often the host is looked for, ms. */
const EVERY = 2_000;

/**
 * Calls `gone` once the host's process no longer exists: a utilityProcess survives a SIGKILLed main process (measured), and a
 * pid may be taken over by another program, so on Linux its start time counts too. A silent but living host is no reason.
 * Returns what stops the watch.
 */
export function watchHost(pid: number, start: string | null, gone: () => void): () => void {
  const timer = setInterval(() => {
    if (hostLives(pid, start)) return;
    clearInterval(timer);
    gone();
  }, EVERY);
  timer.unref();
  return () => clearInterval(timer);
}

/** Whether that very process still runs. `start` is field 22 of `/proc/PID/stat`; `null` or unreadable = the pid alone counts. */
export function hostLives(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, but not ours.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (start === null || process.platform !== 'linux') return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent hasn't noticed.
    return fields[19] === start && fields[0] !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT' && (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
