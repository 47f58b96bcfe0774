/** By which names an engine answers, as far as its own keys say. */

/** All names after vLLM's `--served-model-name`, which ends at the next flag; `null` without one. */
export function servedByFlag(args: readonly string[]): string[] | null {
  const inOne = args.find((arg) => arg.startsWith('--served-model-name='))?.slice('--served-model-name='.length);
  if (inOne !== undefined) return [inOne];
  const at = args.indexOf('--served-model-name');
  if (at < 0) return null;
  const rest = args.slice(at + 1);
  const end = rest.findIndex((arg) => arg.startsWith('-'));
  const names = end < 0 ? rest : rest.slice(0, end);
  return names.length === 0 ? null : names;
}
