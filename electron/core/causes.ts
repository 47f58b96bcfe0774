import type { ErrorCode } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';

/** A row of an engine profile's `failures`. */
export interface FailureRule {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
  /** May use `$1`… of the pattern, the hint too. */
  readonly message: string;
  readonly hint: string | null;
}

export interface Exit {
  /** Tried in order: the particular before the general. */
  readonly failures: readonly FailureRule[];
  /** What this run wrote last, newest at the end; never lines of an earlier run. */
  readonly logTail: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * Only so many of the last lines are about the end; a router also logs what happened to single models long before. The frames of
 * tracebacks do not count: vLLM's server prints one of its own behind that of the process whose end was the reason.
 */
const LAST_LINES = 60;
/** With frames. */
const MOST_LINES = 400;

/** Why a process ended that nobody had asked to: by its log where that tells, else by its code or signal in words. */
export function explainExit({ failures, logTail, code, signal }: Exit): Cause {
  const lines = lastLines(logTail);
  // A signal from outside has nothing to do with what was logged before it; an abort follows its own message.
  const told = signal === null || signal === 'SIGABRT' ? matchFailure(failures, lines.join('\n')) : null;
  if (told) return told;
  const end = inWords(code, signal);
  const said = lastComplaint(lines);
  return {
    // The one signal that says by itself what is wrong.
    code: signal === 'SIGILL' ? 'cpu_unsupported' : 'exited',
    message: said === null ? `The process ${end.what}.` : `The process ${end.what}. It last complained: ${said}`,
    hint: end.hint,
  };
}

/** The first rule that matches the text, with its message filled in; `null` when none does. */
export function matchFailure(failures: readonly FailureRule[], text: string): Cause | null {
  for (const rule of failures) {
    const match = rule.pattern.exec(text);
    if (match) {
      const filled = (text: string) =>
        text.replace(/\$(\d)/g, (_, index: string) =>
          bounded((match[Number(index)] ?? '').replace(/\s+/g, ' ').trim()),
        );
      return { code: rule.code, message: filled(rule.message), hint: rule.hint === null ? null : filled(rule.hint) };
    }
  }
  return null;
}

const SIGNALS: Readonly<Record<string, readonly [what: string, hint: string | null]>> = {
  SIGKILL: [
    'was killed (SIGKILL)',
    'If nobody did that, the system probably ran out of memory: its kernel log says so. Use a smaller model or context.',
  ],
  SIGTERM: ['was told to end from outside (SIGTERM)', null],
  SIGINT: ['was interrupted from outside (SIGINT)', null],
  SIGHUP: ['was ended with its terminal or session (SIGHUP)', null],
  SIGSEGV: ['crashed (SIGSEGV, invalid memory access)', 'That is a defect of the engine; updating it may help.'],
  SIGBUS: ['crashed (SIGBUS)', 'The model file may have been changed or cut short while it was in use.'],
  SIGABRT: ['gave up on an internal error (SIGABRT)', null],
  SIGILL: [
    'crashed on an instruction that this processor lacks (SIGILL)',
    'Install a build of the engine for this processor.',
  ],
};

/** Exit codes that mean the same everywhere: those of shells, and Windows' NTSTATUS values. */
const CODES: Readonly<Record<number, readonly [what: string, hint: string | null]>> = {
  126: ['could not be run (exit code 126)', 'The command exists but is not executable.'],
  127: ['could not be found (exit code 127)', 'A script in between names a command that is not installed.'],
  3221225477: ['crashed (access violation)', 'That is a defect of the engine; updating it may help.'],
  3221225501: ['crashed on an instruction that this processor lacks', 'Install a build for this processor.'],
  3221225781: ['lacks a DLL', 'Reinstall the engine with everything it needs.'],
  3221225786: ['was interrupted from outside (Ctrl-C)', null],
};

function inWords(code: number | null, signal: string | null): { what: string; hint: string | null } {
  const known = signal !== null ? SIGNALS[signal] : code !== null ? CODES[code >>> 0] : undefined;
  if (known) return { what: known[0], hint: known[1] };
  if (signal !== null) return { what: `was ended by ${signal}`, hint: null };
  if (code === null) return { what: 'is gone, and the system does not say how it ended', hint: null };
  return { what: `ended by itself with exit code ${code}`, hint: null };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are written with one
const COLOUR = /\u001b\[[0-9;?]*[A-Za-z]/g;

function lastLines(text: string): string[] {
  const lines = text
    .replace(COLOUR, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  let from = lines.length;
  for (let left = LAST_LINES; left > 0 && from > 0 && lines.length - from < MOST_LINES; from--)
    if (!FRAME.test(lines[from - 1] ?? '')) left--;
  return lines.slice(from);
}

/** A line of a traceback below its first, with vLLM's marks in front: `(APIServer pid=1) `, `ERROR 02-08 10:11:12 [core.py:866] `. */
const FRAME = /^(?:\(\w+ pid=\d+\) ?)?(?:[A-Z]+ [\d-]+ [\d:]+ \[?[\w.]+:\d+\] ?)? {2,}\S/;

const COMPLAINT =
  /\b(?:error|fatal|failed|failure|exception|panic|abort(?:ed)?|cannot|can't|couldn't|could not|unable|denied|invalid|not found)\b/i;

/** The newest line that sounds like an error, without the time and level in front of it. */
function lastComplaint(lines: readonly string[]): string | null {
  const line = [...lines].reverse().find((candidate) => COMPLAINT.test(candidate));
  // llama-server: `0.00.022.308 E srv  llama_server: …`
  return line === undefined ? null : bounded(line.replace(/^[\d.:]+\s+[A-Z]\s+/, '').trim());
}

function bounded(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
