/** The schema as data: what may stand at a place of the file. Findings, docs and the JSON Schema's example read it. */
import type * as v from 'valibot';
import type { ScalarMeta } from './scalars.ts';
import { fileSchema } from './schema.ts';

export type Path = readonly (string | number)[];

export type Shape = {
  /** The key's line for the docs; empty where it has none (list items, values of maps). */
  readonly description: string;
  readonly nullable: boolean;
  /** As it would be written in the file; `undefined` when it must be written. */
  readonly fallback: unknown;
} & (
  | { readonly kind: 'object'; readonly entries: Readonly<Record<string, AnySchema>> }
  | { readonly kind: 'map'; readonly name: AnySchema; readonly value: AnySchema }
  | { readonly kind: 'list'; readonly item: AnySchema }
  | { readonly kind: 'scalar'; readonly meta: ScalarMeta; readonly words: readonly string[] | null }
);

type AnySchema = v.GenericSchema<unknown, unknown>;

/** The parts of valibot's schema objects that are read here. */
interface Parts {
  readonly type: string;
  readonly wrapped?: Parts;
  readonly default?: unknown;
  readonly entries?: Record<string, AnySchema>;
  readonly key?: AnySchema;
  readonly value?: AnySchema;
  readonly item?: AnySchema;
  readonly options?: readonly string[];
  readonly pipe?: readonly PipeItem[];
}

interface PipeItem extends Parts {
  readonly description?: string;
  readonly metadata?: ScalarMeta;
}

/** What a schema says, with its wrappers (optional, nullable, pipes) taken off. */
export function shapeOf(schema: AnySchema): Shape {
  let parts = schema as unknown as Parts;
  let description = '';
  let nullable = false;
  let fallback: unknown;
  let meta: ScalarMeta | undefined;
  for (;;) {
    for (const item of pipeItems(parts)) {
      if (item.type === 'description' && item.description && description === '') description = item.description;
      if (item.type === 'metadata' && item.metadata) meta ??= item.metadata;
    }
    if (parts.wrapped === undefined) break;
    if (parts.type !== 'nullable') fallback ??= parts.default;
    if (parts.type !== 'optional') nullable = true;
    if (parts.type === 'optional' && parts.default === null) fallback = null;
    parts = parts.wrapped;
  }
  const common = { description, nullable, fallback };
  if (parts.entries) return { ...common, kind: 'object', entries: parts.entries };
  if (parts.type === 'record' && parts.key && parts.value) {
    return { ...common, kind: 'map', name: parts.key, value: parts.value };
  }
  if (parts.item) return { ...common, kind: 'list', item: parts.item };
  if (!meta) throw new Error(`schema of type ${parts.type} has no metadata`);
  return { ...common, kind: 'scalar', meta, words: parts.options ?? null };
}

/** Everything piped onto a schema; a pipe may begin with a piped schema. */
function pipeItems(parts: Parts): readonly PipeItem[] {
  const [first, ...rest] = parts.pipe ?? [];
  return first ? [...rest.reverse(), ...pipeItems(first)] : [];
}

/** The shape at a path of the file, e.g. `['engines', 'any-name', 'port']`; `null` where nothing may stand. */
export function shapeAt(path: Path): Shape | null {
  let shape = shapeOf(fileSchema as unknown as AnySchema);
  for (const step of path) {
    const next: AnySchema | undefined =
      shape.kind === 'object'
        ? Object.hasOwn(shape.entries, step)
          ? shape.entries[step]
          : undefined
        : shape.kind === 'map'
          ? shape.value
          : shape.kind === 'list'
            ? shape.item
            : undefined;
    if (!next) return null;
    shape = shapeOf(next);
  }
  return shape;
}

/** What to write at a place, as a noun phrase: `a whole number from 0 to 65535`, `a list`. */
export function whatFits(shape: Shape): string {
  if (shape.kind === 'object') return 'a group of keys';
  if (shape.kind === 'map') return 'names with something below each';
  if (shape.kind === 'list') return 'a list';
  return shape.meta.what;
}

/** Every key of the file with its path; `*` stands for a name, `[]` for an item of a list. */
export function allKeys(): readonly { readonly path: readonly string[]; readonly shape: Shape }[] {
  const rows: { path: readonly string[]; shape: Shape }[] = [];
  const walk = (schema: AnySchema, path: readonly string[]): void => {
    const shape = shapeOf(schema);
    if (path.length > 0 && !['*', '[]'].includes(path.at(-1) ?? '')) rows.push({ path, shape });
    if (shape.kind === 'object') for (const [key, one] of Object.entries(shape.entries)) walk(one, [...path, key]);
    if (shape.kind === 'map') walk(shape.value, [...path, '*']);
    if (shape.kind === 'list') walk(shape.item, [...path, '[]']);
  };
  walk(fileSchema as unknown as AnySchema, []);
  return rows;
}
