import { describe, expect, it } from 'vitest';
import { missing } from '../../../electron/host/python-find.ts';

const none = { crippled: null, old: null, platform: 'linux', osRelease: '' } as const;
const debian = 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n';

describe('what to install when no Python can be used', () => {
  it.each([
    [{ ...none, osRelease: debian }, 'sudo apt install python3 python3-venv'],
    [{ ...none, osRelease: 'ID=linuxmint\nID_LIKE="ubuntu debian"\n' }, 'sudo apt install python3 python3-venv'],
    [{ ...none, osRelease: debian, crippled: '3.11.2' }, 'sudo apt install python3-venv'],
    [{ ...none, osRelease: 'ID="rhel"\nID_LIKE="fedora"\n' }, 'sudo dnf install python3.12'],
    [{ ...none, osRelease: 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n' }, 'sudo zypper install python312'],
    [{ ...none, osRelease: 'ID=manjaro\nID_LIKE=arch\n' }, 'sudo pacman -S python'],
    [{ ...none, osRelease: 'ID=alpine\n' }, 'sudo apk add python3'],
    [none, 'your system’s package manager'],
    [{ ...none, platform: 'darwin' }, 'brew install python@3.13'],
    [{ ...none, platform: 'win32' }, 'winget install Python.Python.3.13'],
  ] as const)('%o', (lack, advice) => {
    const cause = missing(lack);
    expect(cause.code).toBe('python_missing');
    expect(cause.hint).toContain(advice);
  });

  it('says what is there instead', () => {
    expect(missing({ ...none, crippled: '3.11.2' }).message).toContain('3.11.2 is installed without');
    expect(missing({ ...none, old: '3.8.10' }).message).toContain('the newest found is 3.8.10');
    expect(missing(none).message).toContain('none is on PATH');
  });
});
