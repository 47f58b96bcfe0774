/**
 * `next`, but with every part that equals a part of `before` replaced by that very part, so that `===` tells what changed.
 * Rows of lists are matched by their `name`, `id` or `seq` (else by place): a row keeps its identity when others come or go.
 * Only for plain JSON values.
 */
export function share<T>(before: unknown, next: T): T {
  if (Object.is(before, next)) return next;
  if (Array.isArray(next)) return shareList(Array.isArray(before) ? before : [], next, before) as T;
  if (isRecord(next)) return shareRecord(isRecord(before) ? before : null, next) as T;
  return next;
}

function shareList(before: readonly unknown[], next: readonly unknown[], original: unknown): readonly unknown[] {
  const byKey = new Map(before.map((row, index) => [keyOf(row, index), row]));
  const rows = next.map((row, index) => share(byKey.get(keyOf(row, index)), row));
  const same =
    Array.isArray(original) && original.length === rows.length && rows.every((row, i) => row === original[i]);
  return same ? (original as readonly unknown[]) : rows;
}

function shareRecord(before: Record<string, unknown> | null, next: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(next);
  const old = (key: string) => (before !== null && Object.hasOwn(before, key) ? before[key] : undefined);
  const entries = keys.map((key) => [key, share(old(key), next[key])] as const);
  if (before === null || Object.keys(before).length !== keys.length) return Object.fromEntries(entries);
  const same = entries.every(([key, value]) => Object.hasOwn(before, key) && Object.is(before[key], value));
  return same ? before : Object.fromEntries(entries);
}

function keyOf(row: unknown, index: number): string {
  if (isRecord(row)) {
    for (const key of ['name', 'id', 'seq']) {
      const value = row[key];
      if (typeof value === 'string' || typeof value === 'number') return `${key}:${value}`;
    }
  }
  return `#${index}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
