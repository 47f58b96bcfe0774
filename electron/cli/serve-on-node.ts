/** `serve` asked of the app's own binary: a service has no use for Chromium, so it runs on a Node of the system. */
import { execFile, spawn } from 'node:child_process';
import { sep } from 'node:path';
import { StackyardError } from '../../shared/errors.ts';
import { which } from '../host/which.ts';
import type { Run } from './command.ts';
import { exitOf } from './exit-of.ts';

/** Runs `serve` with these further words in a Node found on PATH and gives its exit code; throws when there is none that is new enough. */
export async function serveOnNode(run: Run, words: readonly string[]): Promise<number> {
  const { io, paths } = run;
  const node = await which('node', io.env);
  const version = node === null ? null : await versionOf(node);
  if (node === null || version === null || !isEnough(version)) {
    const found = version === null ? 'there is no `node` on PATH' : `${node} is ${version}`;
    throw new StackyardError('command_not_found', `\`serve\` needs Node.js 20.18 or later, and ${found}.`, {
      hint: 'Install Node.js from nodejs.org or your system, or use the app itself.',
    });
  }
  const args = [
    outsideArchive(io.programs.cli),
    'serve',
    ...words,
    '--config',
    paths.config,
    '--data-dir',
    paths.data,
  ];
  return exitOf(spawn(node, args, { stdio: 'inherit' }), io.onSignal);
}

/** Plain Node can't read inside `app.asar`; the package keeps a copy of its plain files beside it. */
export function outsideArchive(file: string): string {
  return file.replace(`${sep}app.asar${sep}`, `${sep}app.asar.unpacked${sep}`);
}

/** Whether `v20.18.0`, or what else `node --version` prints, is new enough. */
export function isEnough(version: string): boolean {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  return Number(major) > 20 || (Number(major) === 20 && Number(minor) >= 18);
}

function versionOf(node: string): Promise<string | null> {
  return new Promise((done) => {
    execFile(node, ['--version'], { timeout: 10_000 }, (error, stdout) => done(error ? null : stdout.trim()));
  });
}
