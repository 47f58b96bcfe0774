/** A fit in sentences. Whoever shows them says how bytes are written. Pure. */
import type { FitRoom, FitView, MakesRoom, MemoryKind, StaysThere } from './fit.ts';

type Bytes = (amount: number | null) => string;

/** The verdict and why, in one to three sentences. */
export function fitSentence(fit: Omit<FitView, 'message' | 'engine' | 'model'>, bytes: Bytes): string {
  const { verdict, why, footprint } = fit;
  if (verdict === 'in_memory') return 'It is in memory.';
  const said = roomSentence(fit, bytes);
  const reckoned = footprint?.source === 'estimated' && said !== '' ? `By an estimate: ${lower(said)}` : said;
  return [reckoned, why === null ? '' : `Can’t tell, because ${why}.`].filter((part) => part !== '').join(' ');
}

function roomSentence(
  { verdict, room, short, after, stays, freeable }: Omit<FitView, 'message' | 'engine' | 'model'>,
  bytes: Bytes,
): string {
  const [first] = room;
  const about = short ?? first;
  if (about === undefined || about.needs === null) return '';
  if (about.total !== null && about.needs > about.total)
    return `It needs ${bytes(about.needs)}, and ${WORDS[about.kind].all} is ${bytes(about.total)}.`;
  if (about.free === null) return '';
  const needed = `It needs ${bytes(about.needs)} of ${WORDS[about.kind].of}, ${bytes(about.free)} is free`;
  if (verdict === 'fits' || verdict === 'unknown') return `${needed}.`;
  if (verdict === 'fits_after') {
    if (about.needs <= about.free) return `${needed}; ${names(after)} makes room by the rule of the group.`;
    return `${needed}. ${upper(after.map((one) => act(one, bytes)).join(', '))}.`;
  }
  const more = freeable > 0 ? `, and all that may be stopped holds ${bytes(freeable)}` : '';
  return [`${needed}${more}.`, ...stays.map((one) => `${staysWords(one, bytes)}.`)].join(' ');
}

const WORDS: Readonly<Record<MemoryKind, { readonly of: string; readonly all: string }>> = {
  gpu: { of: 'GPU memory', all: 'all the memory of the graphics cards' },
  ram: { of: 'RAM', all: 'all RAM' },
  shared: { of: 'the memory that the card shares', all: 'all that the card may use of the machine’s memory' },
};

/** `GPU memory`. */
export const memoryName = ({ kind }: Pick<FitRoom, 'kind'>): string => upper(WORDS[kind].of);

const nameOf = ({ engine, model }: MakesRoom): string => (model === null ? engine : `${model} on ${engine}`);
const names = (all: readonly MakesRoom[]): string => all.map(nameOf).join(' and ');
const act = (one: MakesRoom, bytes: Bytes): string =>
  `${one.model === null ? 'stopping' : 'unloading'} ${nameOf(one)} frees ${bytes(one.frees)}`;

const STAYS: Readonly<Record<StaysThere['why'], string>> = {
  external: 'is run by somebody else',
  pinned: 'is pinned',
  busy: 'is answering',
  needed: 'is needed by another engine',
};
const staysWords = ({ engine, why, holds }: StaysThere, bytes: Bytes): string =>
  `${engine} ${STAYS[why]} and holds ${bytes(holds)}`;

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
