import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trayIconFile } from '../../../electron/shell/tray-icon.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'assets', 'tray');
const lights = ['off', 'starting', 'on', 'attention'] as const;

describe('trayIconFile', () => {
  it.each([
    ['linux', 'KDE', false, 'on-light.png'],
    ['linux', 'KDE', true, 'on-dark.png'],
    ['linux', 'ubuntu:GNOME', false, 'on-dark.png'],
    ['linux', 'XFCE', false, 'on-dark.png'],
    ['linux', null, false, 'on-dark.png'],
    ['win32', null, false, 'on-light.png'],
    ['win32', null, true, 'on-dark.png'],
    ['darwin', null, true, 'onTemplate.png'],
  ] as const)('on %s, desktop %s, dark %s', (platform, desktop, systemDark, file) => {
    expect(trayIconFile('/a', 'on', { platform, desktop, systemDark })).toBe(`/a/${file}`);
  });

  it('names files that exist, with their double size', () => {
    for (const light of lights)
      for (const platform of ['linux', 'darwin'] as const)
        for (const systemDark of [true, false]) {
          const file = trayIconFile(folder, light, { platform, desktop: null, systemDark });
          expect(existsSync(file), file).toBe(true);
          expect(existsSync(file.replace('.png', '@2x.png')), file).toBe(true);
        }
  });
});
