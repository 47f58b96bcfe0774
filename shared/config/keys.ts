/** The few ways in which a key can be there or not, each with its line for the docs. */
import * as v from 'valibot';

type Schema = v.GenericSchema<unknown, unknown>;
export type Out<S extends Schema> = v.InferOutput<S>;

/** valibot keeps the exact shape of every wrapper in its types; a key only needs what comes out. */
type Key<O> = v.GenericSchema<unknown, O>;

/** Must be written. */
export const required = <S extends Schema>(schema: S, description: string): Key<Out<S>> =>
  v.pipe(schema, v.description(description)) as Key<Out<S>>;

/** Has a default, given as it would be written in the file. */
export const setting = <S extends Schema>(schema: S, fallback: v.InferInput<S>, description: string): Key<Out<S>> =>
  v.pipe(v.optional(schema, fallback as never), v.description(description)) as Key<Out<S>>;

/** Has a default and can be switched off by `null`. */
export const switchable = <S extends Schema>(
  schema: S,
  fallback: v.InferInput<S>,
  description: string,
): Key<Out<S> | null> =>
  v.pipe(v.optional(v.nullable(schema), fallback as never), v.description(description)) as Key<Out<S> | null>;

/** Off, or unset, unless written. */
export const off = <S extends Schema>(schema: S, description: string): Key<Out<S> | null> =>
  v.pipe(v.optional(v.nullable(schema), null), v.description(description)) as Key<Out<S> | null>;

/** A list; written with nothing below it, it is its default. */
export const list = <S extends Schema>(item: S, fallback: readonly unknown[], description: string): Key<Out<S>[]> =>
  v.pipe(v.nullish(v.array(item), fallback as never), v.description(description)) as Key<Out<S>[]>;

/**
 * A section of keys; left out, it is all defaults. `null`, or nothing below it, gives `whenNull`: for a section that can be
 * switched off that is its off state, for any other the defaults again.
 */
export const section = <E extends Record<string, Schema>>(
  entries: E,
  description: string,
  whenNull: Readonly<Record<string, unknown>> = {},
): Key<v.InferOutput<v.StrictObjectSchema<E, undefined>>> =>
  v.pipe(
    v.optional(v.nullable(v.strictObject(entries), whenNull as never), {} as never),
    v.description(description),
  ) as never;

/** Things by name, e.g. `engines`. */
export const named = <S extends Schema>(
  name: v.GenericSchema<string, string>,
  schema: S,
  description: string,
): Key<Record<string, Out<S>>> =>
  v.pipe(v.nullish(v.record(name, schema), {} as never), v.description(description)) as never;
