import { describe, expect, it } from 'vitest';
import { autostartEntry, autostartFile } from '../../../electron/shell/autostart-entry.ts';

describe('autostartFile', () => {
  it('lies in the folder that the desktop reads', () => {
    expect(autostartFile({}, '/home/me')).toBe('/home/me/.config/autostart/stackyard.desktop');
    expect(autostartFile({ XDG_CONFIG_HOME: '/cfg' }, '/home/me')).toBe('/cfg/autostart/stackyard.desktop');
    expect(autostartFile({ XDG_CONFIG_HOME: 'relative' }, '/home/me')).toBe(
      '/home/me/.config/autostart/stackyard.desktop',
    );
  });
});

describe('autostartEntry', () => {
  const exec = (...command: string[]) => /^Exec=(.*)$/m.exec(autostartEntry(command))?.[1];

  it('starts the app hidden', () => {
    expect(exec('/opt/Stackyard/stackyard')).toBe('/opt/Stackyard/stackyard --hidden');
    expect(autostartEntry(['/x'])).toMatch(/^\[Desktop Entry\]\nType=Application\n/);
  });

  it('quotes as the specification wants', () => {
    expect(exec('/home/me/My Apps/Stackyard.AppImage')).toBe('"/home/me/My Apps/Stackyard.AppImage" --hidden');
    expect(exec('/a/100%/x')).toBe('"/a/100%%/x" --hidden');
    expect(exec('/a/$x"y')).toBe('"/a/\\\\$x\\\\"y" --hidden');
    expect(exec('/a/b\\c d')).toBe('"/a/b\\\\\\\\c d" --hidden');
  });
});
