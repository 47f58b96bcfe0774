/** What electron-builder is told: held to its own schema, and to what deb and rpm ask for. Building those is not tried here. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { top } from '../support/tools.ts';

const require = createRequire(join(top, 'package.json'));
const config = parse(readFileSync(join(top, 'build/electron-builder.yml'), 'utf8'));

async function validate(candidate: unknown): Promise<void> {
  const { validateConfiguration } = require('app-builder-lib/out/util/config/config.js');
  await validateConfiguration(candidate, { isEnabled: false });
}

it('fits the schema of electron-builder, for all its targets', async () => {
  await validate(config);
  expect([config.linux, config.mac, config.win].flatMap(({ target }) => target)).toEqual([
    'AppImage',
    'deb',
    'rpm',
    'dmg',
    'nsis',
  ]);
  // the schema is looked at indeed
  await expect(validate({ ...config, linux: { ...config.linux, maintaner: 'x' } })).rejects.toThrow(
    'configuration.linux',
  );
});

it('names an author, and a maintainer with an address, as deb and rpm want it', () => {
  const { author } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
  expect(author).toBe('Stackyard contributors');
  expect(config.linux.maintainer).toMatch(/^Stackyard contributors <\S+@\S+>$/);
});
