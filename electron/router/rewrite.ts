import type { ModelRoute } from '../../shared/contract/router.ts';
import type { Scan } from './scan.ts';

/**
 * The request's bytes with `model` set to the target's name: the slices before and after it are the client's own, untouched.
 * One slice when nothing changes.
 */
export function withModel(body: Buffer, found: Scan, model: string): Buffer[] {
  if (found.model === model) return [body];
  const value = JSON.stringify(model);
  const middle = found.model === null ? `"model":${value}${found.members ? ',' : ''}` : value;
  return [body.subarray(0, found.start), Buffer.from(middle), body.subarray(found.end)];
}

/** Whether an entry changes more of a body than its model, so that it has to be parsed. */
export function changesParams(params: ModelRoute['params']): boolean {
  return params.drop.length > 0 || Object.keys(params.set).length > 0 || Object.keys(params.rename).length > 0;
}

/**
 * The body with the entry's params applied: dropped, then renamed, then set, then `model`. Parses and writes the whole body;
 * throws a SyntaxError when it isn't JSON.
 */
export function withParams(body: Buffer, params: ModelRoute['params'], model: string): Buffer[] {
  const parsed = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  return [Buffer.from(JSON.stringify(applyParams(parsed, params, model)))];
}

/** The same for a body that is parsed already. */
export function applyParams(
  body: Readonly<Record<string, unknown>>,
  params: ModelRoute['params'],
  model: string,
): Record<string, unknown> {
  const parsed = new Map(Object.entries(body));
  for (const key of params.drop) parsed.delete(key);
  for (const [from, to] of Object.entries(params.rename)) {
    if (!parsed.has(from)) continue;
    parsed.set(to, parsed.get(from));
    parsed.delete(from);
  }
  for (const [key, value] of Object.entries(params.set)) parsed.set(key, value);
  parsed.set('model', model);
  return Object.fromEntries(parsed);
}
