import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generated } from '../../build/generate.mjs';
import { FINDING_CODES } from '../../shared/config/finding-codes.ts';
import { INACTIVE } from '../../shared/config/inactive.ts';
import { allKeys } from '../../shared/config/shape.ts';
import { ERRORS } from '../../shared/errors.ts';

const top = resolve(import.meta.dirname, '../..');
const files = await generated();
const text = (path: string): string => files.find((file) => file.path === path)?.text ?? '';

describe('generated files', () => {
  it('are committed as the source says', () => {
    for (const file of files) expect(readFileSync(join(top, file.path), 'utf8'), file.path).toBe(file.text);
  });
});

describe('docs/config.md', () => {
  it('has a row for every key, and says which do nothing yet', () => {
    const rows = text('docs/config.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const keys = allKeys().filter((row) => row.path.length > 1 || row.shape.kind !== 'object');
    const sections = new Set(keys.filter((row) => row.path.length > 1).map((row) => row.path[0]));
    expect(rows).toHaveLength(keys.filter((row) => row.path.length > 1 || !sections.has(row.path[0])).length);
    expect(rows.filter((row) => row.includes('later version'))).toHaveLength(Object.keys(INACTIVE).length);
  });
});

describe('docs/errors.md', () => {
  const codes = [...text('docs/errors.md').matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);

  it('has every error and every finding, and no other', () => {
    expect(codes).toEqual([...Object.keys(ERRORS), ...Object.keys(FINDING_CODES)]);
  });
});

describe('the JSON Schema', () => {
  const schema = JSON.parse(text('assets/stackyard.schema.json'));

  it('is closed, with defaults and descriptions', () => {
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties)).toContain('engines');
    const [gateway] = schema.properties.gateway.anyOf;
    expect(gateway.additionalProperties).toBe(false);
    expect(gateway.properties.port).toMatchObject({
      default: 4000,
      description: expect.any(String),
      maximum: 65_535,
    });
    const [engines] = schema.properties.engines.anyOf;
    expect(engines.additionalProperties.required).toEqual(['kind']);
  });
});
