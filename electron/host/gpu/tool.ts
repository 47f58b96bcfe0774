/** Runs the vendors' tools: once, or as a child that goes on; neither ever longer than it may keep silent. */
import { createInterface } from 'node:readline';
import { execa } from 'execa';

export type ToolOutcome =
  | { readonly ok: true; readonly stdout: string }
  /** `reason` is a sentence without its full stop. */
  | { readonly ok: false; readonly reason: string };

/** English words, numbers with a point, times in UTC, whatever the user's language. */
const PLAIN = { LC_ALL: 'C', TZ: 'UTC' };
const MAX_OUTPUT = 8 * 1024 * 1024;
const MAX_REASON = 240;

/**
 * Its stdout, when it ends well. What it printed is only read as data when its exit code is 0: `nvidia-smi` without a driver
 * writes its complaint to stdout (measured: exit code 9). One that takes longer than `patienceMs` is killed with its children.
 */
export async function askTool(file: string, args: readonly string[], patienceMs: number): Promise<ToolOutcome> {
  const tool = startTool(file, args);
  const chunks: string[] = [];
  let length = 0;
  tool.onLine((line) => {
    length += line.length;
    if (length > MAX_OUTPUT) tool.kill();
    else chunks.push(line);
  });
  const timer = setTimeout(
    () => tool.kill(`it did not answer within ${patienceMs / 1000} s and was ended`),
    patienceMs,
  );
  const end = await tool.ended;
  clearTimeout(timer);
  return end.code === 0 ? { ok: true, stdout: chunks.join('\n') } : { ok: false, reason: end.reason };
}

export interface RunningTool {
  /** Hears every line of stdout. */
  onLine(listener: (line: string) => void): void;
  /** Writes a line to its stdin. */
  tell(line: string): void;
  /** Ends it and its children; `why` then is the reason in `ended`. */
  kill(why?: string): void;
  /** Settles once, and never rejects. `code` is `null` when it was killed or never ran. */
  readonly ended: Promise<{ readonly code: number | null; readonly reason: string }>;
}

/** Starts a tool in a group of its own. */
export function startTool(file: string, args: readonly string[]): RunningTool {
  const child = execa(file, args, {
    reject: false,
    buffer: false,
    stdin: 'pipe',
    detached: process.platform !== 'win32',
    windowsHide: true,
    env: PLAIN,
    cleanup: true,
  });
  let first = '';
  let killed: string | null = null;
  const listeners: ((line: string) => void)[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (first === '' && line.trim() !== '') first = line.trim();
    for (const listener of listeners) listener(line);
  });
  const complaints: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaints.length < 16) complaints.push(chunk.toString('utf8'));
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  // All of stdout has been heard, or nobody waits for the rest: a grandchild may keep it open for ever.
  const heard = new Promise<void>((resolve) => lines.once('close', resolve));
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  void child.then(
    () => {},
    () => {},
  );
  const ended = exited.then(async (code) => {
    if (killed === null) await Promise.race([heard, briefly()]);
    child.stdout.destroy();
    child.stderr.destroy();
    const said = first || (complaints.join('').trim().split('\n')[0] ?? '');
    const how = code === null ? 'it could not be run' : `exit code ${code}`;
    return { code: killed === null ? code : null, reason: killed ?? (said === '' ? how : `${cut(said)} (${how})`) };
  });
  return {
    onLine: (listener) => void listeners.push(listener),
    tell: (line) => void child.stdin.write(`${line}\n`),
    kill(why = 'it was ended') {
      killed ??= why;
      endGroup(child.pid);
    },
    ended,
  };
}

/** What a tool printed is in the pipe when it ends; so long it may take to come out, ms. */
const LAST_WORDS = 500;
const briefly = () => new Promise<void>((resolve) => setTimeout(resolve, LAST_WORDS).unref());

const cut = (text: string) => (text.length > MAX_REASON ? `${text.slice(0, MAX_REASON)}…` : text).replace(/\.$/, '');

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
