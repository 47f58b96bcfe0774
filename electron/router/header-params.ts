/** A header value like `form-data; name="a"`: what it says, and its parameters. */
export interface Parameterized {
  /** Lower case. */
  readonly value: string;
  /** Names are lower case; quoted values are without their quotes, their backslashes undone. */
  readonly params: ReadonlyMap<string, string>;
  /** Names whose value was written with backslashes; not every reader undoes them. */
  readonly escaped: ReadonlySet<string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"((?:[^"\\\p{Cc}]|\t|\\[^\p{Cc}])*)"/uy;
const VALUE = /[^\s;"]+/y;
const SPACE = /[ \t]*/y;

/**
 * Reads a parameterized header value (RFC 9110 §5.6.6) to its last character; `null` for whatever is not exactly that, and for a
 * parameter given twice. Strict on purpose: what only some readers understand could mean something else to the engine behind.
 */
export function parameterized(text: string): Parameterized | null {
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return null;
    at = pattern.lastIndex;
    return found[1] ?? found[0];
  };
  const params = new Map<string, string>();
  const escaped = new Set<string>();
  take(SPACE);
  const value = take(/[!#$%&'*+.^_`|~0-9A-Za-z/-]+/y);
  if (value === null) return null;
  for (;;) {
    take(SPACE);
    if (at === text.length) return { value: value.toLowerCase(), params, escaped };
    if (text[at] !== ';') return null;
    at += 1;
    take(SPACE);
    // A semicolon at the end says nothing more.
    if (at === text.length) continue;
    const name = take(TOKEN)?.toLowerCase();
    if (name === undefined || params.has(name) || text[at] !== '=') return null;
    at += 1;
    const quoted = text[at] === '"';
    const given = take(quoted ? QUOTED : VALUE);
    if (given === null) return null;
    if (quoted && given.includes('\\')) escaped.add(name);
    params.set(name, quoted ? given.replace(/\\(.)/g, '$1') : given);
  }
}
