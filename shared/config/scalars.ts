/**
 * The single values a config is made of. Each schema carries its name for people (`type`, shown in docs and messages) and the
 * finding code to use when a value is not one of them.
 */
import * as v from 'valibot';

/** What a scalar schema tells about itself, besides its rules. */
export interface ScalarMeta {
  /** What to write, as a noun phrase: `a duration such as 30s`. */
  readonly what: string;
  /** One short word for tables: `duration`. */
  readonly type: string;
  readonly code: 'bad_duration' | 'bad_size' | 'bad_name' | 'bad_value';
}

/** Names a schema for people; the types stay those of the rules. */
export const scalar = <S extends v.GenericSchema<unknown, unknown>>(
  what: string,
  type: string,
  code: ScalarMeta['code'],
  schema: S,
): S => v.pipe(schema as never, v.metadata({ what, type, code })) as unknown as S;

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const SIZE = /^(\d+(?:\.\d+)?)(KiB|MiB|GiB)$/;
const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const BYTES = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** Timers of the platform hold 2^31 - 1 ms, some 24.8 days; longer ones would fire at once. */
export const MAX_DURATION_MS = 2 ** 31 - 1;

/** `'10m'` → 600000 ms, whole milliseconds; `null` when it isn't a duration. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (!match) return null;
  return Math.round(Number(match[1]) * MS[match[2] as keyof typeof MS]);
}

/** `'64MiB'` → 67108864 bytes; `null` when it isn't a size. */
export function parseSize(text: string): number | null {
  const match = SIZE.exec(text);
  if (!match) return null;
  return Math.round(Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]);
}

/** A duration as written; comes out as milliseconds. */
export const duration = scalar(
  'a duration such as 500ms, 30s, 10m or 2h',
  'duration',
  'bad_duration',
  v.pipe(
    v.string(),
    v.regex(DURATION, 'is not a number with one of the units ms, s, m, h'),
    v.check(
      (text) => (parseDuration(text) ?? 0) <= MAX_DURATION_MS,
      'is longer than 596h, the longest a timer can wait',
    ),
    v.transform((text) => parseDuration(text) ?? 0),
  ),
);

/** A size as written; comes out as bytes. */
export const size = scalar(
  'a size such as 64MiB (units KiB, MiB, GiB)',
  'size',
  'bad_size',
  v.pipe(
    v.string(),
    v.regex(SIZE, 'is not a number with one of the units KiB, MiB, GiB'),
    v.check((text) => Number.isSafeInteger(parseSize(text)), 'is larger than anything that can be counted'),
    v.transform((text) => parseSize(text) ?? 0),
  ),
);

/** A name of an engine. */
export const engineName = scalar(
  'an engine name: lower-case letters, digits and -, such as llama-big',
  'engine name',
  'bad_name',
  v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9-]*$/, 'has other characters than a–z, 0–9 and - (or begins with -)'),
    v.maxLength(64, 'is longer than 64 characters'),
  ),
);

/** A model id as clients send it. */
export const modelId = scalar(
  'a model id of at most 256 characters',
  'model id',
  'bad_name',
  v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(256, 'is longer than 256 characters')),
);

/** Any text that is not empty. `${env:NAME}` and `${secret:name}` in it are replaced by the host. */
export const text = scalar('a text', 'text', 'bad_value', v.pipe(v.string(), v.minLength(1, 'is empty')));

/** Any text, the empty one too. */
export const anyText = scalar('a text', 'text', 'bad_value', v.pipe(v.string()));

export const flag = scalar('true or false', 'true or false', 'bad_value', v.boolean());

/** A whole number in a range. */
export const count = (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  scalar(
    max === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`,
    'number',
    'bad_value',
    v.pipe(
      v.number(),
      v.integer('is not a whole number'),
      v.minValue(min, `is below ${min}`),
      v.maxValue(max, `is above ${max}`),
    ),
  );

/** A number with a fraction, in a range. */
export const amount = (min: number, max: number) =>
  scalar(
    `a number from ${min} to ${max}`,
    'number',
    'bad_value',
    v.pipe(v.number(), v.minValue(min, `is below ${min}`), v.maxValue(max, `is above ${max}`)),
  );

/** One of a few words. */
export const choice = <const T extends readonly [string, ...string[]]>(words: T) =>
  scalar(`one of ${words.join(', ')}`, words.join(' | '), 'bad_value', v.picklist(words));

/** `http://` or `https://` with a host; not looked into further when it holds a `${…}` reference. */
export const httpUrl = scalar(
  'an address such as http://192.0.2.10:8000/v1',
  'URL',
  'bad_value',
  v.pipe(
    v.string(),
    v.check(
      (value) => value.includes('${') || /^https?:\/\/[^\s/?#]+(?:[/][^\s?#]*)?$/i.test(value),
      'is not an http:// or https:// address without query',
    ),
  ),
);

/** An origin as browsers send it: scheme and host, no path. */
export const origin = scalar(
  'an origin such as http://localhost:3000',
  'origin',
  'bad_value',
  v.pipe(
    v.string(),
    v.regex(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^\s/?#]+$/, 'is not an origin: scheme and host, without a path'),
  ),
);

/** JavaScript reads 31 February as 3 March. */
function isRealDate(value: string): boolean {
  const day = value.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(value)) && new Date(midnight).toISOString().slice(0, 10) === day;
}

/** A day or a moment in ISO 8601. */
export const date = scalar(
  'a date such as 2027-01-31',
  'date',
  'bad_value',
  v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/, 'is not an ISO date'),
    v.check(isRealDate, 'is no day of the calendar'),
  ),
);

/** Any JSON value, passed on as it is. */
export const json = scalar('any value', 'any', 'bad_value', v.unknown());

/** Longest name that patterns are applied to, in UTF-16 units; longer ones match none. */
export const PATTERN_NAME_LIMIT = 256;

/** A regular expression, short enough to be looked at. */
export const patternText = scalar(
  'a regular expression of at most 200 characters',
  'regular expression',
  'bad_value',
  v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(200, 'is longer than 200 characters')),
);
