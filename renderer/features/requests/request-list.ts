/** Which requests are listed, in which order, and what is said of each in the list. Pure. */
import type { RequestRecord } from '../../../shared/contract/router.ts';
import type { Said } from '../../words.ts';

export type Show = 'all' | 'active' | 'failed' | 'rerouted';

/** More finished ones are not kept on the page; the host keeps them. */
export const MOST_KEPT = 2_000;

/** Those under way first, then finished ones, newest first. */
export function merged(
  before: readonly RequestRecord[],
  active: readonly RequestRecord[],
  finished: readonly RequestRecord[],
): readonly RequestRecord[] {
  const over = new Set(finished.map((record) => record.id));
  const known = before.filter((record) => record.outcome !== null && !over.has(record.id));
  const under = active.filter((record) => !over.has(record.id));
  return [...newestFirst(under), ...newestFirst([...finished, ...known]).slice(0, MOST_KEPT)];
}

const newestFirst = (records: readonly RequestRecord[]): RequestRecord[] =>
  [...records].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));

/** Whether it went another way than the first target it was meant for. */
export function isRerouted(record: RequestRecord): boolean {
  const attempts = record.steps.filter((step) => step.kind === 'attempt');
  const last = attempts.at(-1);
  if (last === undefined || last.result !== 'answered') return false;
  return attempts.length > 1 || (record.model !== null && last.model !== record.model);
}

/** Whether it ended badly; a client that left is nobody's failure. */
export const isFailed = (record: RequestRecord): boolean => record.outcome === 'error' || record.outcome === 'cut';

export function counts(records: readonly RequestRecord[]): Readonly<Record<Show, number>> {
  const many = { all: records.length, active: 0, failed: 0, rerouted: 0 };
  for (const record of records) {
    if (record.outcome === null) many.active += 1;
    if (isFailed(record)) many.failed += 1;
    if (isRerouted(record)) many.rerouted += 1;
  }
  return many;
}

/**
 * Those that pass. `text`: words that must all be found, each anywhere or, with `model:`, `engine:` or `client:` in front, there.
 */
export function filtered(records: readonly RequestRecord[], show: Show, text: string): readonly RequestRecord[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return records.filter((record) => shows(record, show) && words.every((word) => has(record, word)));
}

function shows(record: RequestRecord, show: Show): boolean {
  if (show === 'active') return record.outcome === null;
  if (show === 'failed') return isFailed(record);
  return show === 'all' || isRerouted(record);
}

function has(record: RequestRecord, word: string): boolean {
  const places = {
    model: `${record.asked ?? ''} ${record.model ?? ''}`,
    engine: record.route ?? '',
    client: `${record.client.key ?? ''} ${record.client.program ?? ''}`,
  };
  const [, place, rest] = /^(model|engine|client):(.*)$/.exec(word) ?? [];
  if (place !== undefined) return places[place as keyof typeof places].toLowerCase().includes(rest ?? '');
  return `${Object.values(places).join(' ')} ${record.id} ${record.path} ${record.code ?? ''}`
    .toLowerCase()
    .includes(word);
}

/** What became of it, or what it is doing. */
export function requestState(record: RequestRecord): Said {
  const said = (tone: Said['tone'], word: string): Said => ({ tone, word, progress: null });
  switch (record.outcome) {
    case null: {
      const last = record.steps.at(-1);
      if (last?.kind === 'wait' && last.ms === null) return said('busy', 'Waiting');
      if (last?.kind === 'attempt' && last.first_byte_ms !== null)
        return said('busy', record.stream ? 'Streaming' : 'Receiving');
      return said('busy', last?.kind === 'attempt' ? 'Reading the prompt' : 'Routing');
    }
    case 'ok':
      return said('ok', isRerouted(record) ? 'Done, rerouted' : 'Done');
    case 'client_gone':
      return said('off', 'Client left');
    case 'cancelled':
      return said('off', 'Cancelled');
    case 'cut':
      return said('failed', 'Cut off');
    case 'error':
      return said('failed', record.status === null ? 'Failed' : `Failed, ${record.status}`);
  }
}

/** The program that asks: its key's name, or the first word of how it calls itself. */
export function clientName({ client }: RequestRecord): string | null {
  if (client.key !== null) return client.key;
  if (client.program === null) return null;
  const browser = /\b(Firefox|Edg|Chrome|Safari)\//.exec(client.program)?.[1];
  if (client.program.startsWith('Mozilla/')) return browser === 'Edg' ? 'Edge' : (browser ?? 'Browser');
  return client.program.split(/[/\s(]/, 1)[0] || client.program;
}

/** The engine that answered; `null` while nobody has. */
export const engineOf = ({ route }: RequestRecord): string | null => route?.split('/', 1)[0] ?? null;
