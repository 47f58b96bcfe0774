/** A list of arguments as one line, quoted as in a shell, and back. Nothing is expanded. Pure. */

/** The arguments in one line. */
export const joinArguments = (args: readonly string[]): string => args.map(quote).join(' ');

function quote(arg: string): string {
  if (arg !== '' && !/[\s"'\\]/.test(arg)) return arg;
  return `"${arg.replace(/["\\]/g, '\\$&')}"`;
}

/** The arguments that a line names; `null` while a quote is open or nothing follows a backslash. */
export function splitArguments(line: string): readonly string[] | null {
  const out: string[] = [];
  let word: string | null = null;
  let quoted: '"' | "'" | null = null;
  for (let i = 0; i < line.length; i += 1) {
    const sign = line[i] ?? '';
    if (sign === '\\' && quoted !== "'") {
      i += 1;
      if (i >= line.length) return null;
      word = (word ?? '') + line[i];
    } else if (quoted !== null) {
      if (sign === quoted) quoted = null;
      else word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quoted = sign;
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== null) out.push(word);
      word = null;
    } else word = (word ?? '') + sign;
  }
  if (quoted !== null) return null;
  if (word !== null) out.push(word);
  return out;
}
