/** `secrets.yaml`: one `name: value` a line, beside the config. */
import { Document, isMap, isScalar, parseDocument, Scalar } from 'yaml';
import { keyText } from './locate.ts';

/**
 * The secrets of a file's text; values are text as written, so that `0123` keeps its zero. `problem` says why a file can't be
 * used at all; it never quotes the file.
 */
export function parseSecrets(text: string): { values: ReadonlyMap<string, string>; problem: string | null } {
  const values = new Map<string, string>();
  try {
    const doc = parseDocument(text, { schema: 'failsafe', prettyErrors: false, logLevel: 'error' });
    const error = doc.errors[0];
    if (error) {
      const line = text.slice(0, error.pos[0]).split('\n').length;
      return { values, problem: `it is not valid YAML (line ${line})` };
    }
    if (isMap(doc.contents)) {
      for (const pair of doc.contents.items) {
        const name = keyText(pair);
        if (name !== null && isScalar(pair.value)) values.set(name, String(pair.value.value ?? ''));
      }
      return { values, problem: null };
    }
    const empty = doc.contents === null || (isScalar(doc.contents) && doc.contents.value === '');
    return { values, problem: empty ? null : 'it is not made of `name: value` lines' };
  } catch {
    return { values, problem: 'it is nested too deeply' };
  }
}

/** The text with these secrets in it; comments and the others stay. `null` when the text is no such file. */
export function withSecrets(
  text: string,
  secrets: readonly { readonly name: string; readonly value: string }[],
): string | null {
  if (parseSecrets(text).problem !== null) return null;
  const doc = parseDocument(text, { schema: 'failsafe', prettyErrors: false, logLevel: 'error' });
  const target = isMap(doc.contents) ? doc : new Document({});
  for (const { name, value } of secrets) {
    const scalar = new Scalar(value);
    // In quotes, so that it is text to every reader.
    scalar.type = Scalar.QUOTE_DOUBLE;
    target.set(name, scalar);
  }
  const before = target === doc || text.trim() === '' ? '' : `${text.trimEnd()}\n`;
  return before + target.toString({ lineWidth: 0 });
}
