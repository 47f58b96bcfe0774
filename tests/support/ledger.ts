import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Row {
  readonly pid: number;
  readonly tag: string;
  readonly kind: string;
}

/** What a data folder's ledger holds now; empty before there is one. */
export function ledgerRows(data: string): readonly Row[] {
  try {
    return (JSON.parse(readFileSync(join(data, 'ledger.json'), 'utf8')) as { entries: readonly Row[] }).entries;
  } catch {
    return [];
  }
}

/** The id in every tag of the host that holds a data folder; `null` before it has started anything. */
export function instanceId(data: string): string | null {
  const tag = ledgerRows(data).at(-1)?.tag;
  return tag === undefined ? null : tag.slice(0, tag.indexOf(':'));
}
