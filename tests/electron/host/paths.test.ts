import { describe, expect, it } from 'vitest';
import { type PathsInput, resolvePaths } from '../../../electron/host/paths.ts';

const on = (
  platform: NodeJS.Platform,
  homedir: string,
  env: PathsInput['env'] = {},
  more: Partial<PathsInput> = {},
) => resolvePaths({ platform, homedir, env, ...more });

describe('resolvePaths', () => {
  it('follows XDG on Linux, with its defaults', () => {
    expect(on('linux', '/home/ada')).toEqual({
      config: '/home/ada/.config/stackyard/stackyard.yaml',
      data: '/home/ada/.local/state/stackyard',
      socket: '/home/ada/.local/state/stackyard/control.sock',
    });
    expect(on('linux', '/home/ada', { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' })).toEqual({
      config: '/c/stackyard/stackyard.yaml',
      data: '/s/stackyard',
      socket: '/s/stackyard/control.sock',
    });
  });

  it('ignores relative XDG folders, as XDG demands', () => {
    expect(on('linux', '/home/ada', { XDG_CONFIG_HOME: 'c' }).config).toBe(
      '/home/ada/.config/stackyard/stackyard.yaml',
    );
  });

  it('takes the flag before the variable before the default', () => {
    const env = { STACKYARD_CONFIG: '/env/x.yaml', STACKYARD_DATA: '/env/data' };
    expect(on('linux', '/home/ada', env)).toMatchObject({ config: '/env/x.yaml', data: '/env/data' });
    expect(on('linux', '/home/ada', env, { config: '/flag.yaml', dataDir: '/flag' })).toMatchObject({
      config: '/flag.yaml',
      data: '/flag',
    });
  });

  it('knows the folders of macOS and Windows', () => {
    expect(on('darwin', '/Users/ada')).toEqual({
      config: '/Users/ada/Library/Application Support/Stackyard/stackyard.yaml',
      data: '/Users/ada/Library/Application Support/Stackyard/state',
      socket: '/Users/ada/Library/Application Support/Stackyard/state/control.sock',
    });
    const windows = on('win32', 'C:\\Users\\ada', {
      APPDATA: 'C:\\Users\\ada\\AppData\\Roaming',
      LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local',
    });
    expect(windows.config).toBe('C:\\Users\\ada\\AppData\\Roaming\\Stackyard\\stackyard.yaml');
    expect(windows.data).toBe('C:\\Users\\ada\\AppData\\Local\\Stackyard');
    expect(windows.socket).toMatch(/^\\\\\.\\pipe\\stackyard-[0-9a-f]{12}$/);
    expect(on('win32', 'C:\\Users\\ada')).toMatchObject({ config: windows.config, data: windows.data });
  });

  it('keeps the socket at 100 bytes or less: beside the data, else in the runtime folder, else in the temp folder', () => {
    // 100 bytes to the letter: 87 for the folder, 13 for "/control.sock"
    const fits = `/${'d'.repeat(86)}`;
    expect(on('linux', '/h', {}, { dataDir: fits }).socket).toBe(`${fits}/control.sock`);
    const long = `${fits}d`;
    const folder = /^\/run\/user\/7\/stackyard-[0-9a-f]{12}\/control\.sock$/;
    const env = { XDG_RUNTIME_DIR: '/run/user/7', TMPDIR: '/scratch' };
    const inRuntime = on('linux', '/h', env, { dataDir: long }).socket;
    expect(inRuntime).toMatch(folder);
    expect(on('linux', '/h', env, { dataDir: long }).socket).toBe(inRuntime);
    expect(on('linux', '/h', env, { dataDir: `${long}x` }).socket).not.toBe(inRuntime);
    expect(on('linux', '/h', { TMPDIR: '/scratch' }, { dataDir: long }).socket).toMatch(/^\/scratch\/stackyard-/);
    expect(on('linux', '/h', {}, { dataDir: long }).socket).toMatch(/^\/tmp\/stackyard-/);
    expect(on('linux', '/h', { TMPDIR: `/${'t'.repeat(90)}` }, { dataDir: long }).socket).toMatch(/^\/tmp\//);
  });

  it('counts bytes, not letters', () => {
    const umlauts = `/${'ü'.repeat(50)}`; // 51 letters, 101 bytes
    expect(on('linux', '/h', {}, { dataDir: umlauts }).socket).toMatch(/^\/tmp\/stackyard-/);
  });

  it('names the socket folder by the sha256 of the data folder', () => {
    // first 12 hex of Python's hashlib.sha256
    const data = `/${'x'.repeat(120)}`;
    expect(on('linux', '/h', {}, { dataDir: data }).socket).toBe('/tmp/stackyard-5b8c44dc1c0b/control.sock');
  });
});
