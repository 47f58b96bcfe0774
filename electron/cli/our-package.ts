import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of our own `package.json`, looked for from a folder upwards, and the version in it; `null` where there is none. */
export function ourPackage(from: string): { readonly folder: string; readonly version: string } | null {
  try {
    const { name, version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Record<string, unknown>;
    if (name === 'stackyard' && typeof version === 'string') return { folder: from, version };
  } catch {
    // not here
  }
  return dirname(from) === from ? null : ourPackage(dirname(from));
}
