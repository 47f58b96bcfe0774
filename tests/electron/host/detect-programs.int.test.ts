import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPrograms as findWith } from '../../../electron/host/detect-programs.ts';
import { parseVersion } from '../../../electron/host/program-version.ts';
import { isAlive } from '../../support/processes.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, need } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const findPrograms = (env: Record<string, string | undefined>, home = tempFolder()) =>
  findWith({ env, home, platform: process.platform });

function program(folder: string, name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(process.platform === 'win32')('findPrograms', () => {
  it('tells each with its version, from wherever that is printed', async () => {
    const folder = tempFolder();
    const vllm = program(folder, 'vllm', 'echo 0.11.0');
    const ollama = program(
      folder,
      'ollama',
      'echo "Warning: could not connect to a running Ollama instance" >&2; echo "Warning: client version is 0.12.3"',
    );
    const found = await findPrograms({ PATH: `${folder}:/usr/bin:/bin` });
    const ours = found.filter((row) => row.command?.startsWith(folder));
    expect(ours).toMatchObject([
      { id: 'path:ollama', kind: 'ollama', title: 'Ollama', command: ollama, version: '0.12.3', running: null },
      { id: 'path:vllm', kind: 'vllm', title: 'vLLM', command: vllm, version: '0.11.0', running: null },
    ]);
  });
  it('has no version of a program that fails, floods or hangs', async () => {
    const folder = tempFolder();
    program(folder, 'litellm', 'echo version 1.2.3; exit 1');
    program(folder, 'vllm', 'exec tr "\\0" x < /dev/zero');
    // A child of its own that keeps the output open must not be waited for either.
    program(folder, 'ollama', 'sleep 60 & echo $! > "$0.pid"; wait');
    const found = await findPrograms({ PATH: `${folder}:/usr/bin:/bin` });
    const ours = found.filter((row) => row.command?.startsWith(folder));
    expect(ours.map((row) => [row.kind, row.version])).toEqual([
      ['ollama', null],
      ['vllm', null],
      ['litellm', null],
    ]);
    const child = Number(readFileSync(join(folder, 'ollama.pid'), 'utf8'));
    await until('the hanging program’s child is gone', () => !isAlive(child));
  });
});

describeNeeding(['llama-server'], 'findPrograms with a real llama-server', () => {
  it('tells its version', async () => {
    const path = need(llamaServer);
    const [row] = await findPrograms({ ...process.env, PATH: dirname(path) });
    expect(row).toMatchObject({ kind: 'llama.cpp', command: path, version: expect.stringMatching(/^\d/) });
  });
});

describe('parseVersion', () => {
  it.each([
    ['version: 0.7.0 (build 11669, commit Debian)\nbuilt with GNU 16.2.0 for Linux x86_64', '0.7.0'],
    ['version: 4567 (abcdef)', '4567'],
    ['ollama version is 0.12.3', '0.12.3'],
    ['INFO 11-03 12:00:00 [__init__.py:1] Automatically detected platform cuda.\n0.11.0', '0.11.0'],
    ['LiteLLM: Current Version = 1.80.0', '1.80.0'],
    ['v1.2.3-rc.1', '1.2.3-rc.1'],
    ['no idea', null],
    ['', null],
  ])('of %j is %s', (output, version) => expect(parseVersion(output)).toBe(version));
});
