import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPrograms } from '../../../electron/host/detect-programs.ts';
import { findPythonEngines } from '../../../electron/host/python-engines.ts';
import { tempFolder } from '../../support/tmp.ts';

/** The layout that pip leaves: METADATA beside the package, a script in `bin` that would tell if it were run. */
function environment(home: string, path: string, packages: Record<string, string>, python = 'python3.12'): string {
  const folder = join(home, path);
  for (const [name, version] of Object.entries(packages)) {
    const info = join(folder, 'lib', python, 'site-packages', `${name}-${version}.dist-info`);
    mkdirSync(info, { recursive: true });
    writeFileSync(
      join(info, 'METADATA'),
      `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\n\nVersion: 9\n`,
    );
    const program = name === 'llama_cpp_python' ? 'python3' : name;
    write(join(folder, 'bin', program), `#!${folder}/bin/python3\ntouch ${home}/was-run\n`);
  }
  return folder;
}
function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}
const SERVER = { fastapi: '0.121.0', uvicorn: '0.38.0' };
const find = async (home: string, env: Record<string, string> = {}) =>
  (await findPythonEngines({ env, home, platform: 'linux' })).filter((one) => one.environment.startsWith(home));

describe.skipIf(process.platform === 'win32')('engines that are Python packages', () => {
  it('are found in the environments of venv, uv, pipx, pyenv, conda, and with the command to use', async () => {
    const home = tempFolder();
    environment(home, '.venv', { vllm: '0.11.0' });
    environment(home, '.local/share/uv/tools/litellm', { litellm: '1.80.0', ...SERVER });
    environment(home, '.local/share/pipx/venvs/llama-cpp-python', { llama_cpp_python: '0.3.16', ...SERVER });
    environment(home, '.pyenv/versions/3.11.9', { vllm: '0.10.2' }, 'python3.11');
    environment(home, 'miniconda3/envs/serve', { vllm: '0.9.1' });
    environment(home, 'far/away/env', { vllm: '0.8.0' });
    write(join(home, '.conda/environments.txt'), `${home}/miniconda3/envs/serve\n${home}/far/away/env\n/gone\n`);
    const found = await find(home);
    expect(found.map(({ kind, version, command, blocked }) => [kind, version, command, blocked])).toEqual([
      ['vllm', '0.11.0', join(home, '.venv/bin/vllm'), null],
      ['litellm', '1.80.0', join(home, '.local/share/uv/tools/litellm/bin/litellm'), null],
      ['llama-cpp-python', '0.3.16', join(home, '.local/share/pipx/venvs/llama-cpp-python/bin/python3'), null],
      ['vllm', '0.10.2', join(home, '.pyenv/versions/3.11.9/bin/vllm'), null],
      ['vllm', '0.9.1', join(home, 'miniconda3/envs/serve/bin/vllm'), null],
      ['vllm', '0.8.0', join(home, 'far/away/env/bin/vllm'), null],
    ]);
  });

  it('are told once, whatever links lead to their environment, and not without their program', async () => {
    const home = tempFolder();
    const real = environment(home, 'envs/real', { vllm: '0.11.0' });
    symlinkSync(real, join(home, '.venv'));
    symlinkSync(real, join(home, 'venv'));
    const info = join(home, 'env/lib/python3.12/site-packages/vllm-0.11.0.dist-info');
    mkdirSync(info, { recursive: true });
    expect((await find(home)).map((one) => one.environment)).toEqual([real]);
  });

  it('say what their server part lacks', async () => {
    const home = tempFolder();
    environment(home, '.venv', { litellm: '1.80.0', uvicorn: '0.38.0' });
    environment(home, 'venv', { llama_cpp_python: '0.3.16' });
    expect((await find(home)).map(({ blocked }) => blocked)).toEqual([
      "Its server needs fastapi, which is not installed: run `pip install 'litellm[proxy]'` there.",
      "Its server needs fastapi and uvicorn, which are not installed: run `pip install 'llama-cpp-python[server]'` there.",
    ]);
  });

  it.each(['1.82.7', '1.82.8', '1.107.0'])(
    'of LiteLLM %s are refused with the reason, and never run',
    async (version) => {
      const home = tempFolder();
      const tools = environment(home, '.local/share/uv/tools/litellm', {
        litellm: version,
        vllm: '0.11.0',
        ...SERVER,
      });
      const bin = join(home, 'bin');
      mkdirSync(bin);
      for (const name of ['litellm', 'vllm']) symlinkSync(join(tools, 'bin', name), join(bin, name));
      const rows = (await findPrograms({ env: { PATH: bin }, home, platform: 'linux' })).filter((row) =>
        row.command?.startsWith(home),
      );
      expect(rows).toMatchObject([
        {
          id: 'path:vllm',
          version: '0.11.0',
          blocked: expect.stringContaining(`Its Python environment also has LiteLLM ${version}, which is`),
        },
        {
          id: 'path:litellm',
          version,
          blocked: expect.stringMatching(
            new RegExp(`^LiteLLM ${version} is .*compromised.*never runs it: remove ${tools}`),
          ),
        },
      ]);
      expect(existsSync(join(home, 'was-run'))).toBe(false);
    },
  );

  it('on PATH have the version that pip wrote, and their Python is not started', async () => {
    const home = tempFolder();
    const folder = environment(home, '.venv', { vllm: '0.11.0', litellm: '1.80.0', ...SERVER });
    const bin = join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(join(folder, 'bin/vllm'), join(bin, 'vllm'));
    // a copied script still names its Python; the second form is pip's for paths that are too long for one line
    write(join(bin, 'litellm'), `#!/bin/sh\n'''exec' "${folder}/bin/python3" "$0" "$@"\n' '''\nimport sys\n`);
    const rows = await findPrograms({ env: { PATH: bin }, home, platform: 'linux' });
    expect(rows.filter((row) => row.command?.startsWith(home))).toMatchObject([
      { id: 'path:vllm', on_path: true, version: '0.11.0', blocked: null },
      { id: 'path:litellm', on_path: true, version: '1.80.0', blocked: null },
    ]);
    expect(existsSync(join(home, 'was-run'))).toBe(false);
  });

  it('on PATH without a trace of pip are offered without a version, unasked when they are Python or LiteLLM', async () => {
    const home = tempFolder();
    const bin = join(home, 'bin');
    write(join(bin, 'vllm'), `#!/usr/bin/env python3\nopen(${JSON.stringify(`${home}/was-run`)}, 'w')\n`);
    write(join(bin, 'litellm'), `#!/bin/sh\ntouch ${home}/was-run\n`);
    const rows = await findPrograms({ env: { PATH: `${bin}:/usr/bin:/bin` }, home, platform: 'linux' });
    expect(rows.filter((row) => row.command?.startsWith(home)).map((row) => [row.kind, row.version])).toEqual([
      ['vllm', null],
      ['litellm', null],
    ]);
    expect(existsSync(join(home, 'was-run'))).toBe(false);
  });
});
