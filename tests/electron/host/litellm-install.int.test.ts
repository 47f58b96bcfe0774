/**
 * The installer with pip and a stand-in for LiteLLM. The real package is installed by the tests' own preparation, with the same
 * code (build/litellm.mjs).
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installedLitellm } from '../../../electron/host/litellm-install.ts';
import { children, refused, shelf } from '../../support/litellm-shelf.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';

describeNeeding(['python', 'posix'], 'installing LiteLLM (stand-in wheel)', () => {
  it('makes an environment that runs, says what it does, and does nothing the second time', async () => {
    const { data, pins, install, left } = shelf();
    const doing: string[] = [];
    await install({ update: (progress) => doing.push(progress.doing ?? '') });
    const python = await installedLitellm(data, pins);
    expect(python).toBe(join(data, 'venvs', 'litellm-9.9.1', 'bin', 'python'));
    const out = execFileSync(python ?? '', ['-c', 'from litellm import run_server; print(run_server())']);
    expect(out.toString().trim()).toBe('None');
    expect(left()).toEqual(['litellm-9.9.1']);
    expect(doing.filter((one) => one !== '')).toEqual(
      expect.arrayContaining(['looking for Python', 'unpacking', 'trying it']),
    );
    const before = statSync(python ?? '').ctimeMs;
    await install();
    expect(statSync(python ?? '').ctimeMs).toBe(before);
  });

  it('leaves nothing when pip is killed in the middle', async () => {
    const { install, left } = shelf();
    let killed = 0;
    const log = (line: string) => {
      if (killed > 0 || !/^(?:Looking in links|Processing)/.test(line)) return;
      for (const pid of children('pip install')) {
        process.kill(pid, 'SIGKILL');
        killed += 1;
      }
    };
    expect(await refused(install({ log }))).toMatchObject({ code: 'install_failed' });
    expect(killed).toBe(1);
    expect(left()).toEqual([]);
  });

  it('does not begin without a Python', async () => {
    const { install, left } = shelf();
    const cause = await refused(install({ env: { PATH: tempFolder() } }));
    expect(cause).toMatchObject({ code: 'python_missing' });
    expect(cause?.hint).toContain('Install');
    expect(left()).toEqual([]);
  });
});
