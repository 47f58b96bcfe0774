/** Values that the schema refuses, as findings in plain words. */
import type * as v from 'valibot';
import type { Finding } from '../model.ts';
import type { Locator } from './locate.ts';
import { nearest } from './near.ts';
import { clip, type Fix, finding, replacement, show, showValue, yamlText } from './report.ts';
import { type Path, type Shape, shapeAt, whatFits } from './shape.ts';

/**
 * What is wrong with the values, from the schema's issues: one finding for each path, and none for what is `said`
 * already (paths as JSON).
 */
export function valueFindings(
  issues: readonly v.BaseIssue<unknown>[],
  said: ReadonlySet<string>,
  at: Locator,
): readonly Finding[] {
  const seen = new Set(said);
  return issues
    .map((issue) => valueFinding(issue, at))
    .filter((one) => {
      const key = JSON.stringify(one.path);
      return seen.has(key) ? false : seen.add(key);
    });
}

function valueFinding(issue: v.BaseIssue<unknown>, at: Locator): Finding {
  const steps = issue.path ?? [];
  const path = steps.map((item) => (typeof item.key === 'number' ? item.key : String(item.key)));
  const missing = issue.type === 'strict_object' && issue.received === 'undefined';
  if (steps.at(-1)?.origin === 'key' && !missing) return nameFinding(path, issue, at);
  const shape = shapeAt(path);
  if (!shape) return finding(at, 'bad_value', path, `${show(path)} can’t be used: ${issue.message}.`, null);
  if (missing) return missingFinding(path, shape, at);
  return wrongFinding(path, shape, issue, at);
}

function nameFinding(path: Path, issue: v.BaseIssue<unknown>, at: Locator): Finding {
  const name = String(path.at(-1));
  const better = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const engines = path[0] === 'engines' && path.length === 2;
  return finding(
    at,
    'bad_name',
    path,
    `The name ${JSON.stringify(clip(name))} ${issue.message}.`,
    engines
      ? `Names of engines are made of a–z, 0–9 and -${better ? `, for example \`${clip(better)}\`` : ''}.`
      : 'Write a name of 1 to 256 characters.',
    { mark: 'key' },
  );
}

function missingFinding(path: Path, shape: Shape, at: Locator): Finding {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const why = shape.description ? ` (${shape.description.replace(/\.$/, '')})` : '';
  return finding(
    at,
    'missing_key',
    path,
    `${show(parent)} has no \`${key}\`${why}.`,
    `Add \`${key}:\` with ${whatFits(shape)}.`,
    { place: at.place(parent, typeof parent.at(-1) === 'number' ? 'value' : 'key') },
  );
}

function wrongFinding(path: Path, shape: Shape, issue: v.BaseIssue<unknown>, at: Locator): Finding {
  const value = issue.input;
  const where = show(path);
  if (path.length === 1 && path[0] === 'version' && typeof value === 'number' && value > 1) {
    return finding(
      at,
      'newer_version',
      path,
      `The file says version ${value}, but this Stackyard knows version 1 only.`,
      'Use a newer Stackyard, or write `version: 1` and the keys of that version.',
    );
  }
  const fix = fixFor(path, shape, value, at);
  // an issue with its own sentence: right sort of value, wrong content
  if (issue.kind === 'validation' && shape.kind !== 'scalar') {
    return finding(at, 'bad_value', path, `${where} ${issue.message}.`, `It needs at least one item.`);
  }
  if (issue.kind === 'validation' && shape.kind === 'scalar') {
    return finding(
      at,
      shape.meta.code,
      path,
      `${where} is ${showValue(value)}, which ${issue.message}.`,
      `Write ${whatFits(shape)}.${unitHint(shape, value)}`,
      { fix },
    );
  }
  const words = shape.kind === 'scalar' ? shape.words : null;
  if (words && typeof value === 'string') {
    const near = nearest(value, words);
    return finding(
      at,
      'bad_value',
      path,
      `${where} can’t be ${showValue(value)}; it is one of ${words.join(', ')}.`,
      near ? `Did you mean \`${near}\`?` : `Write one of these words.`,
      { fix },
    );
  }
  const unit = shape.kind === 'scalar' && (shape.meta.code === 'bad_duration' || shape.meta.code === 'bad_size');
  return finding(
    at,
    unit ? shape.meta.code : 'wrong_type',
    path,
    `${where} must be ${whatFits(shape)}, not ${showValue(value)}.`,
    fix ? `${fix.title}.` : typeHint(shape, value),
    { fix },
  );
}

function unitHint(shape: Shape, value: unknown): string {
  if (shape.kind !== 'scalar' || typeof value !== 'string') return '';
  const parts = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(value);
  if (!parts) return '';
  const near = nearestUnit(shape, parts[2] ?? '');
  return near && near !== parts[2] ? ` Did you mean \`${parts[1]}${near}\`?` : '';
}

function nearestUnit(shape: Shape, unit: string): string | null {
  if (shape.kind !== 'scalar') return null;
  const known: Record<string, string> =
    shape.meta.code === 'bad_duration'
      ? { sec: 's', secs: 's', second: 's', seconds: 's', min: 'm', mins: 'm', minute: 'm', minutes: 'm' }
      : shape.meta.code === 'bad_size'
        ? { k: 'KiB', kb: 'KiB', kib: 'KiB', m: 'MiB', mb: 'MiB', mib: 'MiB', g: 'GiB', gb: 'GiB', gib: 'GiB' }
        : {};
  const hours = { hour: 'h', hours: 'h', hr: 'h', hrs: 'h', ms: 'ms', s: 's', m: 'm', h: 'h' };
  const all: Record<string, string> = shape.meta.code === 'bad_duration' ? { ...known, ...hours } : known;
  return Object.hasOwn(all, unit.toLowerCase()) ? (all[unit.toLowerCase()] ?? null) : null;
}

function typeHint(shape: Shape, value: unknown): string {
  if (shape.kind === 'list') return 'Write it as [a, b], or as lines that begin with `- `.';
  const stuck = typeof value === 'string' ? /^([\w-]+):([^\s/].*)$/.exec(value) : null;
  if (stuck && shape.kind !== 'scalar')
    return `A space is missing behind the colon: \`${clip(`${stuck[1]}: ${stuck[2]}`)}\`.`;
  if (shape.kind === 'object' || shape.kind === 'map') return 'Write `key: value` lines below it, further indented.';
  if (value === null) return `Write ${whatFits(shape)}, or leave the key out for its default.`;
  if (shape.meta.code === 'bad_duration' && typeof value === 'number')
    return `Add the unit: \`${value}s\` is seconds.`;
  if (shape.meta.code === 'bad_size' && typeof value === 'number')
    return `Add the unit: \`${value}MiB\`, for example.`;
  return `Write ${whatFits(shape)}.`;
}

/** The obvious repair of a value, where there is exactly one. */
function fixFor(path: Path, shape: Shape, value: unknown, at: Locator): Fix | null {
  const span = at.value(path);
  if (!span || span.start === span.end) return null;
  const source = at.source(span);
  const put = (text: string) => replacement(`Write \`${clip(text)}\``, span, text);
  if (shape.kind === 'list') {
    if (typeof value === 'number' || typeof value === 'boolean') return put(`[${JSON.stringify(source)}]`);
    if (typeof value !== 'string' || value === '' || /["'\\\n]/.test(value)) return null;
    const items = path.at(-1) === 'args' ? value.split(/\s+/).filter((item) => item !== '') : [value];
    return put(
      `[${items.map((item) => (path.at(-1) === 'args' ? JSON.stringify(item) : yamlText(item))).join(', ')}]`,
    );
  }
  if (shape.kind !== 'scalar') return null;
  if (shape.words && typeof value === 'string') {
    const near = nearest(value, shape.words);
    return near ? put(near) : null;
  }
  if (shape.meta.type === 'true or false' && typeof value === 'string') {
    if (/^(?:yes|on|y|true)$/i.test(value)) return put('true');
    if (/^(?:no|off|n|false)$/i.test(value)) return put('false');
    return null;
  }
  if (shape.meta.type === 'number') {
    return typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? put(value) : null;
  }
  if (shape.meta.code === 'bad_duration' || shape.meta.code === 'bad_size') {
    const parts = typeof value === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(value) : null;
    const unit = parts ? nearestUnit(shape, parts[2] ?? '') : null;
    return parts && unit && unit !== parts[2] ? put(`${parts[1]}${unit}`) : null;
  }
  const isText = shape.meta.type !== '1' && shape.meta.type !== 'any';
  if (isText && (typeof value === 'number' || typeof value === 'boolean') && !/["'\n]/.test(source)) {
    return put(`"${source}"`);
  }
  return null;
}
