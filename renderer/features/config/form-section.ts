/** The named entries of one part of a config text (`engines:`, `models:`), as written. Pure. */
import { readYaml } from '../../../shared/config/parse.ts';

export interface WrittenEntry {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** First and last line in the file, from 1. */
  readonly lines: readonly [number, number];
}

interface Span {
  readonly key?: { readonly value?: unknown; readonly range?: readonly number[] };
  readonly value?: { readonly range?: readonly number[] } | null;
}

/** In file order; none when the text can't be read as YAML, which the editor shows. */
export function writtenEntries(text: string, part: 'engines' | 'models'): readonly WrittenEntry[] {
  try {
    const doc = readYaml(text);
    const root: unknown = doc.toJS();
    const entries = isRecord(root) && isRecord(root[part]) ? root[part] : {};
    const node = doc.get(part, true) as { readonly items?: readonly Span[] } | undefined;
    const spans = new Map((node?.items ?? []).map((span) => [String(span.key?.value), span]));
    return Object.entries(entries).map(([name, body]) => ({
      name,
      body: isRecord(body) ? body : {},
      lines: linesOf(text, spans.get(name)),
    }));
  } catch {
    return [];
  }
}

function linesOf(text: string, span: Span | undefined): readonly [number, number] {
  const start = span?.key?.range?.[0] ?? 0;
  const end = span?.value?.range?.[1] ?? span?.key?.range?.[1] ?? start;
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  return [lineAt(start), lineAt(start + text.slice(start, end).trimEnd().length)];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A scalar as a field shows it; `null` for what is no text or number. */
export const written = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;
