/** How findings are made and how paths and values are written in their sentences. */
import type { Finding, Severity } from '../model.ts';
import type { FindingCode } from './finding-codes.ts';
import type { Locator, Place, Span } from './locate.ts';
import type { Path } from './shape.ts';

export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[];
}

/** A finding at the value of a path, or at its key. */
export function finding(
  at: Locator,
  code: FindingCode,
  path: Path,
  message: string,
  hint: string | null,
  more: { mark?: 'key' | 'value'; severity?: Severity; fix?: Fix | null; place?: Place } = {},
): Finding {
  return {
    severity: more.severity ?? 'error',
    code,
    message,
    hint,
    path,
    ...(more.place ?? at.place(path, more.mark ?? 'value')),
    ...(more.fix ? { fix: more.fix } : {}),
  };
}

/** A fix that puts one text in the place of a span; `null` when there is no such span in the file. */
export function replacement(title: string, span: Span | null, text: string): Fix | null {
  return span ? { title, edits: [{ ...span, text }] } : null;
}

/** A path for people: `engines.llama.args[0]`; steps with dots or spaces in quotes. */
export function show(path: Path): string {
  let out = '';
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`;
    else {
      const plain = /^[\w-]+$/.test(step) ? step : JSON.stringify(clip(step));
      out += out === '' ? plain : `.${plain}`;
    }
  }
  return out === '' ? 'the file' : out;
}

/** A value for people, short, on one line: `the text "abc"`, `the number 3`, `a list`. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing (null)';
  if (typeof value === 'string') return `the text ${JSON.stringify(clip(value))}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'boolean') return `${value}`;
  return Array.isArray(value) ? 'a list' : 'a group of keys';
}

export const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

/** A text as a YAML value: plain where that is safe, else in double quotes. */
export function yamlText(text: string): string {
  if (/^\d+(?:ms|s|m|h|KiB|MiB|GiB)$/.test(text)) return text;
  const plain = /^[A-Za-z_/~][\w./~-]*(?::[\w./-]+)*$/.test(text);
  return plain && !/^(?:~|true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text);
}
