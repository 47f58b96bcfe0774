import type { EngineLog } from './engine-log.ts';

/** More than a card shows: a reason may stand far above the end. */
const LINES = 400;

/**
 * What an engine said before its end, for `explainExit`: from the place `from` of its log on (`null` when that is not known), so that
 * no line of an earlier run answers for it, and nothing that Stackyard said about it.
 */
export async function lastWords(log: EngineLog, from: number | null): Promise<string> {
  const lines = await log.tail(LINES, from ?? undefined);
  return lines
    .filter((line) => line.source === 'engine')
    .map((line) => line.text)
    .join('\n');
}
