import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ourPackage } from '../../../electron/cli/our-package.ts';
import { tempFolder } from '../../support/tmp.ts';

describe('ourPackage', () => {
  it('is found from a folder below, past packages of others and broken ones', () => {
    const folder = tempFolder();
    const [mine, broken, theirs] = ['', 'a', 'a/b'].map((name) => join(folder, name)) as [string, string, string];
    mkdirSync(join(theirs, 'c'), { recursive: true });
    writeFileSync(join(mine, 'package.json'), '{"name": "stackyard", "version": "1.2.3"}');
    writeFileSync(join(broken, 'package.json'), '{');
    writeFileSync(join(theirs, 'package.json'), '{"name": "other", "version": "9.9.9"}');
    expect(ourPackage(join(theirs, 'c'))).toEqual({ folder: mine, version: '1.2.3' });
  });

  it('is null where there is none', () => {
    expect(ourPackage(tempFolder())).toBeNull();
  });
});
