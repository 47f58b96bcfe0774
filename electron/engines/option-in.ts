/** The names of one option: `['-c', '--ctx-size']`. */
export type Flags = readonly string[];

/** What stands last for an option, as `--flag VALUE` or `--flag=VALUE`; `null` without it. */
export function optionIn(args: readonly string[], flags: Flags): string | null {
  const found = args.map((arg) => flags.some((flag) => arg === flag || arg.startsWith(`${flag}=`)));
  const at = found.lastIndexOf(true);
  const arg = args[at];
  if (arg === undefined) return null;
  return (arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : args[at + 1]) ?? null;
}
