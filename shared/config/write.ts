/** Values as YAML on one line. */
import { yamlText } from './report.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A value as it would be written inside a line: `[a, "b c"]`, `{ every: 5s }`. Reads back as exactly the same value. */
export function flowYaml(value: Json): string {
  if (typeof value === 'string') return yamlText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((one: Json) => flowYaml(one)).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, one]) => `${yamlText(key)}: ${flowYaml(one)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}
