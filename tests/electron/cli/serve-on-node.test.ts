import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEnough, outsideArchive } from '../../../electron/cli/serve-on-node.ts';

describe('isEnough', () => {
  it('takes Node 20.18 and everything later', () => {
    expect(['v20.18.0', 'v20.18.1', 'v20.20.2', 'v22.0.0', 'v100.1.0'].map(isEnough)).not.toContain(false);
    expect(['v20.17.9', 'v18.20.0', 'v9.99.9', 'node 22', ''].map(isEnough)).not.toContain(true);
  });
});

describe('outsideArchive', () => {
  it('names the copy that plain Node can read', () => {
    const inside = join('opt', 'Stackyard', 'resources', 'app.asar', 'out', 'main', 'cli.js');
    const outside = join('opt', 'Stackyard', 'resources', 'app.asar.unpacked', 'out', 'main', 'cli.js');
    expect(outsideArchive(inside)).toBe(outside);
    expect(outsideArchive(outside)).toBe(outside);
    expect(outsideArchive(join('src', 'out', 'main', 'cli.js'))).toBe(join('src', 'out', 'main', 'cli.js'));
  });
});
