/**
 * `${env:NAME}` and `${secret:name}` inside the strings of a config. They stand for text that the host puts in; `$${` stands
 * for a plain `${`.
 */
export interface Reference {
  readonly kind: 'env' | 'secret';
  readonly name: string;
  /** Offsets into the string, `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

const ANY = /\$\$\{|\$\{([^{}]*)\}?/g;
const ENV = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;
const SECRET = /^secret:([A-Za-z0-9][A-Za-z0-9._-]*)$/;

/** The references in a string, and what only looks like one: `${home}`, `${env:}`, a missing `}`. */
export function references(text: string): {
  readonly found: readonly Reference[];
  readonly broken: readonly string[];
} {
  const found: Reference[] = [];
  const broken: string[] = [];
  for (const match of text.matchAll(ANY)) {
    if (match[0].startsWith('$$')) continue;
    const inner = match[1] ?? '';
    const env = ENV.exec(inner)?.[1];
    const secret = SECRET.exec(inner)?.[1];
    const closed = match[0].endsWith('}');
    const place = { start: match.index, end: match.index + match[0].length };
    if (closed && env !== undefined) found.push({ kind: 'env', name: env, ...place });
    else if (closed && secret !== undefined) found.push({ kind: 'secret', name: secret, ...place });
    else broken.push(match[0]);
  }
  return { found, broken };
}

/** The string with every reference replaced and every `$${` turned into `${`. What is no reference stays as it is. */
export function replaceReferences(text: string, value: (reference: Reference) => string): string {
  let out = '';
  let done = 0;
  const plain = (part: string): string => part.replaceAll('$${', '${');
  for (const reference of references(text).found) {
    out += plain(text.slice(done, reference.start)) + value(reference);
    done = reference.end;
  }
  return out + plain(text.slice(done));
}

/** The variable in which a secret may be given: `STACKYARD_SECRET_` and the name, upper case, all but A–Z and 0–9 as `_`. */
export function secretVariable(name: string): string {
  return `STACKYARD_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}
