/** What a model takes, and whether there is room, in words. Pure. */
import type { FitRoom, FitVerdict, Footprint } from '../../../shared/fit.ts';
import { memoryName } from '../../../shared/fit-words.ts';
import { bytes, count, duration, UNKNOWN } from '../../format.ts';
import type { Said } from '../../words.ts';

/** `5.9 GB`, and `~` before what is reckoned: the memory that decides, a card's before the machine's. */
export function memoryWords(footprint: Footprint | null): string {
  if (footprint === null) return UNKNOWN;
  const { gpu, ram, source } = footprint;
  const amount = gpu === null || gpu === 0 ? (ram ?? gpu) : gpu;
  return amount === null ? UNKNOWN : `${source === 'estimated' ? '~' : ''}${bytes(amount)}`;
}

/** `Takes 5.9 GB of GPU memory and 1.2 GB of RAM, loads in 12 s`; what it is reckoned from, when it is. */
export function footprintWords({ gpu, ram, source, load_ms, context, parts }: Footprint): string {
  const about = source === 'estimated' ? '~' : '';
  const amounts = [
    gpu === null || gpu === 0 ? null : `${about}${bytes(gpu)} of GPU memory`,
    ram === null ? null : `${about}${bytes(ram)} of RAM`,
  ].filter(Boolean);
  const takes = amounts.length === 0 ? 'Nobody tells what it takes' : `Takes ${amounts.join(' and ')}`;
  const loads = load_ms === null ? '' : `, loads in ${duration(load_ms)}`;
  if (parts === null) return `${takes}${loads}`;
  const sum = `${bytes(parts.weights)} weights, ${bytes(parts.cache)} for ${count(context)} tokens of context, ${bytes(parts.compute)} to compute`;
  return `${takes}${loads}: ${sum}`;
}

const SAID: Readonly<Record<FitVerdict, readonly [Said['tone'], string]>> = {
  in_memory: ['ok', 'In memory'],
  fits: ['ok', 'Fits now'],
  fits_after: ['attention', 'Fits after making room'],
  will_not_fit: ['failed', 'Will not fit'],
  unknown: ['off', 'Can’t tell whether it fits'],
};

export const fitState = (verdict: FitVerdict): Said => ({
  tone: SAID[verdict][0],
  word: SAID[verdict][1],
  progress: null,
});

/** The parts of a memory as shares of 1: what others use, and what the model would take. `null` where a figure is missing. */
export function fitBar(room: FitRoom): { used: number; needs: number; words: string } | null {
  const { needs, free, total } = room;
  if (needs === null || free === null || total === null || total <= 0) return null;
  const used = Math.min(1, Math.max(0, (total - free) / total));
  const words = `${memoryName(room)}: ${bytes(total - free)} used, it needs ${bytes(needs)} of ${bytes(total)}`;
  return { used, needs: Math.min(needs / total, 1 - used), words };
}
