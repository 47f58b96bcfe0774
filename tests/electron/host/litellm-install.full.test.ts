/**
 * The installer with pip and a stand-in for LiteLLM. The real package is installed by the tests' own preparation, with the same
 * code (build/litellm.mjs).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type InstallOptions, removeGarbage } from '../../../electron/host/litellm-install.ts';
import { children, refused, shelf } from '../../support/litellm-shelf.ts';
import { describeNeeding } from '../../support/tools.ts';

describeNeeding(['python', 'posix'], 'an install of LiteLLM that fails (stand-in wheel)', () => {
  it('takes no file whose hash is another, and leaves nothing', async () => {
    const { install, left, pins } = shelf();
    const wrong = { ...pins, text: pins.text.replace(/sha256:\w{8}/, 'sha256:00000000') };
    const cause = await refused(install({ pins: wrong }));
    expect(cause).toMatchObject({ code: 'install_failed' });
    expect(cause?.message).toContain('could not be installed');
    expect(left()).toEqual([]);
  });

  it('leaves nothing when it is cancelled, and ends what it had started', async () => {
    const { install, left } = shelf('9.9.1', 'import time\ntime.sleep(600)\n');
    const stop = new AbortController();
    const update: InstallOptions['update'] = ({ doing }) => {
      if (doing === 'trying it') setTimeout(() => stop.abort(new Error('enough')), 300);
    };
    await expect(install({ signal: stop.signal, update })).rejects.toThrow('enough');
    expect(left()).toEqual([]);
    expect(children('import litellm.proxy.proxy_server')).toEqual([]);
  });

  it('says why when what was installed does not start, and leaves nothing', async () => {
    const { install, left } = shelf('9.9.1', 'raise RuntimeError("no such luck")\n');
    const cause = await refused(install());
    expect(cause?.message).toContain('does not start: RuntimeError: no such luck');
    expect(left()).toEqual([]);
  });

  it('removes what was cut off earlier, and other versions once a new one is there', async () => {
    const old = shelf('9.9.0');
    await old.install();
    mkdirSync(join(old.data, 'venvs', 'litellm-9.9.5'));
    writeFileSync(join(old.data, 'venvs', 'litellm-9.9.5', 'half'), '');
    await removeGarbage(old.data);
    expect(old.left()).toEqual(['litellm-9.9.0']);
    const { install, left } = shelf('9.9.1', undefined, old.data);
    await install({ used: () => new Set(['9.9.0']) });
    expect(left().sort()).toEqual(['litellm-9.9.0', 'litellm-9.9.1']);
    const newest = shelf('9.9.2', undefined, old.data);
    await newest.install();
    expect(newest.left()).toEqual(['litellm-9.9.2']);
  });
});
