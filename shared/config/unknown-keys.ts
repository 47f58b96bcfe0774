/** What must be looked at before the schema does: keys that it doesn't know, and where they were probably meant to be. */
import type { Finding } from '../model.ts';
import type { Locator } from './locate.ts';
import { GUESSES, nearest } from './near.ts';
import { clip, finding, replacement, show } from './report.ts';
import { allKeys, type Path, shapeAt, whatFits } from './shape.ts';

export interface Known {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Paths, as JSON, about which all is said: lists for keys, and what misspelt keys were probably meant to be. */
  readonly said: ReadonlySet<string>;
}

/**
 * The value without the keys that the schema doesn't know, and a finding for each of these. Names that JavaScript objects
 * can't hold safely are refused as well.
 */
export function withoutUnknownKeys(value: unknown, at: Locator): Known {
  const findings: Finding[] = [];
  const said = new Set<string>();
  const walk = (one: unknown, path: Path): unknown => {
    const shape = shapeAt(path);
    if (Array.isArray(one)) {
      if (shape?.kind === 'object' || shape?.kind === 'map') {
        // to valibot a list is an object like any other
        const message = `${show(path)} must be ${whatFits(shape)}, not a list.`;
        findings.push(
          finding(at, 'wrong_type', path, message, 'Write `key: value` lines below it, further indented.'),
        );
        said.add(JSON.stringify(path));
        return null;
      }
      return shape?.kind === 'list' ? one.map((item, index) => walk(item, [...path, index])) : one;
    }
    if (one === null || typeof one !== 'object' || !shape || shape.kind === 'scalar' || shape.kind === 'list')
      return one;
    const kept: [string, unknown][] = [];
    for (const [key, inner] of Object.entries(one)) {
      const here = [...path, key];
      if (shape.kind === 'map') {
        if (UNSAFE.has(key)) findings.push(unsafeName(here, at));
        else kept.push([key, walk(inner, here)]);
      } else if (Object.hasOwn(shape.entries, key)) kept.push([key, walk(inner, here)]);
      else {
        const free = Object.keys(shape.entries).filter((name) => !Object.hasOwn(one, name));
        const near = findings.length < GUESSES ? nearest(key, free) : null;
        if (near) said.add(JSON.stringify([...path, near]));
        findings.push(unknownKey(here, free, near, at));
      }
    }
    return Object.fromEntries(kept);
  };
  return { value: walk(value, []), findings, said };
}

const UNSAFE = new Set(['__proto__', 'prototype', 'constructor']);

const unsafeName = (path: Path, at: Locator): Finding =>
  finding(at, 'bad_name', path, `The name ${String(path.at(-1))} can’t be used.`, 'Choose another name.', {
    mark: 'key',
  });

function unknownKey(path: Path, free: readonly string[], near: string | null, at: Locator): Finding {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const elsewhere = near ? null : home(key, path);
  const hint = near
    ? `Did you mean \`${near}\`?`
    : elsewhere
      ? `\`${key}\` belongs under \`${elsewhere}\`.`
      : `Keys here: ${free.join(', ') || 'none'}.`;
  return finding(
    at,
    'unknown_key',
    path,
    `There is no key \`${clip(key)}\` ${parent.length === 0 ? 'at the top of the file' : `in ${show(parent)}`}.`,
    hint,
    { mark: 'key', fix: near ? replacement(`Rename to \`${near}\``, at.key(path), near) : null },
  );
}

let keys: ReturnType<typeof allKeys> | null = null;

/** Where a key of this name does exist, when that is one place only. */
function home(key: string, path: Path): string | null {
  keys ??= allKeys();
  const homes = keys.filter((row) => row.path.at(-1) === key && row.path.length > 1);
  const same = homes.filter((row) => row.path[0] === path[0]);
  const only = same.length === 1 ? same[0] : homes.length === 1 ? homes[0] : undefined;
  return only ? only.path.slice(0, -1).join('.').replace('.[]', '[]').replace('*', 'NAME') : null;
}
