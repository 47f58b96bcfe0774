import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { which } from '../../../electron/host/which.ts';
import { tempFolder } from '../../support/tmp.ts';

const top = tempFolder();
const put = (path: string, mode = 0o755): string => {
  const full = join(top, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, '#!/bin/sh\n');
  chmodSync(full, mode);
  return full;
};
const PATH = [join(top, 'one'), join(top, 'two')].join(':');

describe.skipIf(process.platform === 'win32')('which', () => {
  it('takes the first folder that has a program of that name', async () => {
    const first = put('one/server');
    put('two/server');
    expect(await which('server', { PATH })).toBe(first);
  });
  it('passes by what may not be executed, and folders', async () => {
    put('one/half', 0o644);
    mkdirSync(join(top, 'one/folder'), { recursive: true });
    const half = put('two/half');
    expect(await which('half', { PATH })).toBe(half);
    expect(await which('folder', { PATH })).toBeNull();
  });
  it('takes a path as it is, a relative one from the working folder', async () => {
    const program = put('bin/tool');
    expect(await which(program, { PATH: '' })).toBe(program);
    expect(await which('bin/tool', {}, { cwd: top })).toBe(program);
    expect(await which('./tool', {}, { cwd: join(top, 'bin') })).toBe(program);
    expect(await which('bin/none', {}, { cwd: top })).toBeNull();
  });
  it('follows links, but none to nowhere', async () => {
    const program = put('bin/real');
    mkdirSync(join(top, 'links'), { recursive: true });
    symlinkSync(program, join(top, 'links/good'));
    symlinkSync(join(top, 'bin/gone'), join(top, 'links/dead'));
    const env = { PATH: join(top, 'links') };
    expect(await which('good', env)).toBe(join(top, 'links/good'));
    expect(await which('dead', env)).toBeNull();
  });
  it('runs nothing from the working folder because PATH has an empty entry', async () => {
    put('bin/sneaky');
    expect(await which('sneaky', { PATH: ':.:' }, { cwd: join(top, 'bin') })).toBeNull();
  });
  it('finds nothing without PATH or name', async () => {
    expect(await which('server', {})).toBeNull();
    expect(await which('', { PATH })).toBeNull();
  });
});

const elsewhere = process.platform === 'win32' ? '' : ' (skipped: only Windows has these endings)';
describe.runIf(process.platform === 'win32')(`which on Windows${elsewhere}`, () => {
  it('tries the endings of PATHEXT, whatever the case of the variables', async () => {
    const program = put('win/tool.cmd');
    expect((await which('tool', { Path: join(top, 'win'), PATHEXT: '.EXE;.CMD' }))?.toLowerCase()).toBe(
      program.toLowerCase(),
    );
    expect(await which('tool', { Path: join(top, 'win'), PATHEXT: '.EXE' })).toBeNull();
  });
});
