/** States and amounts in words for people at a terminal. Unknown is `–`, never 0. */
import { ownerWords } from '../../shared/foreign-owner-words.ts';
import type { Cause, EngineView, ForeignOwner, Owner, TargetPhase, TargetView } from '../../shared/model.ts';

/** For everything that is not known. */
export const UNKNOWN = '–';

/** `ready`, `loading 43 %`, `stopped by you`. */
export function engineWords(
  engine: Pick<EngineView, 'phase' | 'held' | 'owner' | 'progress'> & Partial<Pick<EngineView, 'waits_for'>>,
): string {
  if (engine.phase === null) return UNKNOWN;
  if (engine.phase === 'stopped' && engine.held) return 'stopped by you';
  if (engine.phase === 'stopped' && engine.owner === 'external') return 'not running';
  if (engine.waits_for) return `waits for ${engine.waits_for.engine}`;
  if (engine.phase === 'backoff') return 'waiting to restart';
  return withProgress(engine.phase, engine.progress);
}

/** What a running engine's state leaves out: that it is pinned, when it will be stopped; `''` for nothing. `now` in ms since 1970. */
export function keptWords(engine: { pinned?: boolean; idle_stop_at?: string | null }, now: number): string {
  if (engine.pinned) return ', pinned';
  const at = engine.idle_stop_at ?? null;
  if (at === null) return '';
  const minutes = Math.ceil((Date.parse(at) - now) / 60_000);
  return minutes > 1 ? `, stops in ${minutes} min` : ', stops within a minute';
}

/** `managed`, `external · ollama.service`, `external · pid 1184 of root`. */
export function runByWords({
  owner,
  run_by,
}: {
  readonly owner: Owner | null;
  readonly run_by?: ForeignOwner | null;
}): string {
  if (owner === null) return UNKNOWN;
  return run_by == null ? owner : `${owner} · ${plain(ownerWords(run_by))}`;
}

const TARGET_WORDS: Readonly<Record<TargetPhase, string>> = {
  not_loaded: 'not loaded',
  loading: 'loading',
  ready: 'ready',
  sleeping: 'asleep',
  cooling: 'cooling down',
  held: 'stopped by you',
  failed: 'failed',
  unavailable: 'unavailable',
};

/** `ollama ready`, `vllm not loaded`. */
export function targetWords(target: Pick<TargetView, 'engine' | 'phase' | 'progress'>): string {
  const phase = target.phase === null ? UNKNOWN : withProgress(TARGET_WORDS[target.phase], target.progress);
  return `${target.engine} ${phase}`;
}

/** `1.2 GiB`. */
export function bytesWords(bytes: number | null): string {
  if (bytes === null) return UNKNOWN;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const amount = bytes / 1024 ** power;
  return `${power > 0 && amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${units[power]}`;
}

/** Milliseconds that something will take: `12 s`, `5 min`, `3 h`. */
export function leftWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  return seconds < 100 * 60 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** How long ago an ISO time was: `12 s`, `5 min`, `3 h`, `2 d`. */
export function sinceWords(iso: string | null, now: number): string {
  if (iso === null || Number.isNaN(Date.parse(iso))) return UNKNOWN;
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** How long something ran: `0.2 s`, `38 s`, `5 min`, `3 h`. */
export function runTimeWords(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min` : `${Math.floor(ms / 3_600_000)} h`;
}

/** `message → hint`, on one line. */
export function causeWords(cause: Cause): string {
  return plain(cause.hint === null ? cause.message : `${cause.message} → ${cause.hint}`);
}

/** Words about an engine, with its name in front unless they begin with it themselves. */
export const about = (engine: string, words: string): string =>
  words.startsWith(`${engine} `) ? words : `${engine}: ${words}`;

/** Text from a file or an engine, on one line and without anything that moves a terminal's cursor or colours it. */
export function plain(text: string): string {
  return text.replace(/[\r\n\t\u2028\u2029]+/g, ' ').replace(/\p{Cc}/gu, '·');
}

/** Rows under a head, columns as wide as their widest cell; a row of one cell is written across. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(...all.filter((row) => row.length > 1).map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (row.length > 1 ? cell + ' '.repeat((widths[column] ?? 0) - [...cell].length) : cell))
      .join('  ')
      .trimEnd();
  return all.map((row) => `${line(row)}\n`).join('');
}

const withProgress = (words: string, progress: number | null): string =>
  words === 'loading' && progress !== null ? `loading ${Math.round(progress * 100)} %` : words;
