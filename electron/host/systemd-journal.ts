/** A unit's lines, from systemd's journal into the engine's log. */
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { RUN_VARIABLE } from './processes.ts';
import { runTool } from './run-tool.ts';

export interface JournalOptions {
  readonly unit: string;
  /** Lines from this moment on, ms since 1970; `null`: from now on, for a unit that runs already. */
  readonly since: number | null;
  /** The engine's log file. */
  readonly path: string;
  /** Marks `journalctl` as ours, so that it does not outlive a killed host. */
  readonly tag: string;
  /** It could not be followed: once, with the reason. */
  readonly failed: (why: string) => void;
}

export interface Journal {
  /** Resolves when what the journal holds by now is in the log, or after two seconds. */
  caughtUp(): Promise<void>;
  close(): void;
}

/** One entry of `journalctl -o json`. */
export interface JournalEntry {
  readonly text: string;
  /** Microseconds since 1970. */
  readonly at: number;
}

/** Follows the unit's journal until it is closed. Never throws. */
export function followJournal({ unit, since, path, tag, failed }: JournalOptions): Journal {
  const from = since === null ? ['-n', '0'] : ['-n', 'all', `--since=@${(since / 1000).toFixed(3)}`];
  const began = (since ?? Date.now()) * 1000;
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  file.on('error', (error) => failed(error.message));
  const child = execa('journalctl', ['--user', '-u', unit, '-f', '-o', 'json', ...from], {
    buffer: false,
    reject: false,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    env: { LC_ALL: 'C', [RUN_VARIABLE]: tag },
  });
  let newest = began;
  let closed = false;
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = parseEntry(line);
      if (entry === null || closed) return;
      newest = Math.max(newest, entry.at);
      file.write(`${entry.text}\n`);
    });
  }
  void child.then((result) => {
    if (!closed) failed(result.shortMessage ?? `journalctl ended with ${result.exitCode}`);
  });
  return {
    async caughtUp() {
      const last = await runTool('journalctl', ['--user', '-u', unit, '-n', '1', '-o', 'json']);
      const target = parseEntry(last ?? '')?.at ?? 0;
      const end = performance.now() + 2_000;
      while (newest < target && !closed && performance.now() < end) await wait(20);
      if (!closed) await new Promise((done) => file.write('', done));
    },
    close() {
      if (closed) return;
      closed = true;
      child.kill('SIGTERM');
      file.end();
    },
  };
}

/** `null` for what is no entry. A message that is no UTF-8 is written as an array of bytes (systemd.journal-fields(7)). */
export function parseEntry(line: string): JournalEntry | null {
  if (!line.startsWith('{')) return null;
  try {
    const { MESSAGE, __REALTIME_TIMESTAMP: at } = JSON.parse(line) as Record<string, unknown>;
    const text = Array.isArray(MESSAGE) ? Buffer.from(MESSAGE as number[]).toString('utf8') : MESSAGE;
    return typeof text === 'string' ? { text, at: Number(at) || 0 } : null;
  } catch {
    return null;
  }
}
