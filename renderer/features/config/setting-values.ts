/** What a form shows of one setting, and what the words typed into it mean. Pure. */
import { readYaml } from '../../../shared/config/parse.ts';
import type { Shape } from '../../../shared/config/shape.ts';
import { splitNames } from './model-form-values.ts';

/** A value as it is written in the file; `undefined` where nothing is. */
export type Written = unknown;

/** Everything that a config text says, as plain values; nothing when it can't be read as YAML, which the editor shows. */
export function writtenRoot(text: string): Written {
  try {
    return readYaml(text).toJS();
  } catch {
    return undefined;
  }
}

/** What is written at a place. */
export const writtenAt = (root: Written, path: readonly (string | number)[]): Written =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    root,
  );

/** A value as a line of text: `5m`, `a, b`, and `null` where that is written. Empty where nothing is. */
export function lineOf(value: Written): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}

/** What a typed line means for the file: `undefined` takes the key out, so that the default holds again. */
export function meantBy(typed: string, shape: Shape): string | number | null | readonly string[] | undefined {
  const line = typed.trim();
  if (line === '') return undefined;
  if (shape.kind === 'list') return splitNames(line);
  if (shape.nullable && line === 'null') return null;
  const isNumber = shape.kind === 'scalar' && shape.meta.type === 'number' && /^-?\d+(?:\.\d+)?$/.test(line);
  return isNumber ? Number(line) : typed;
}

/** Whether two lines mean the same value, though spelled otherwise. */
export const meansSame = (shape: Shape) => (typed: string, value: string) =>
  JSON.stringify(meantBy(typed, shape)) === JSON.stringify(meantBy(value, shape));
