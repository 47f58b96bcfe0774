#!/usr/bin/env node
/**
 * `node build/litellm-requirements.mjs [VERSION]`: writes assets/litellm-requirements.txt, the one set of packages with which
 * Stackyard installs LiteLLM: every dependency pinned, every file hashed, for Python 3.10–3.13 on Linux, macOS and Windows.
 * Without a version it takes the newest release of which all dependencies can be had as wheels. It needs `python3` with venv and
 * a package index, found by pip's and uv's own configuration; neither's address gets into the file.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isMain } from './lib/is-main.mjs';
import { run } from './lib/run.mjs';

const TARGET = resolve(import.meta.dirname, '..', 'assets', 'litellm-requirements.txt');

/** Releases that must never be installed; the list that acts is `REFUSED_RELEASES` of shared/config/litellm-releases.ts. */
const REFUSED = ['1.82.7', '1.82.8', '1.107.0'];

/** @param {string[]} args */
async function must(...args) {
  const [command = '', ...rest] = args;
  const { code, output } = await run(command, rest, { log: (line) => console.error(line) });
  if (code !== 0) throw new Error(`${command} failed:\n${output}`);
}

/** @param {string | undefined} version */
async function main(version) {
  const folder = mkdtempSync(join(tmpdir(), 'litellm-requirements-'));
  try {
    const venv = join(folder, 'venv');
    const bin = join(venv, process.platform === 'win32' ? 'Scripts' : 'bin');
    await must('python3', '-m', 'venv', venv);
    await must(join(bin, 'python'), '-m', 'pip', 'install', '-q', '--only-binary', ':all:', 'uv');

    const wanted = join(folder, 'wanted.in');
    const refused = REFUSED.map((one) => `!=${one}`).join(',');
    writeFileSync(wanted, `litellm[proxy]${version === undefined ? refused : `==${version}`}\n`);
    const locked = join(folder, 'locked.txt');
    await must(
      ...[join(bin, 'uv'), 'pip', 'compile', '--universal', '--python-version', '3.10', '--generate-hashes'],
      ...['--only-binary', ':all:', '--no-header', '--no-annotate', '--no-config', '--quiet', '-o', locked, wanted],
    );
    const lines = blocks(readFileSync(locked, 'utf8')).filter((block) => !/== 'emscripten'/.test(block));

    // The sum is the same within a few MB on every platform; it is only shown to people.
    const wheels = join(folder, 'wheels');
    const all = join(folder, 'all.txt');
    writeFileSync(all, lines.join(''));
    await must(
      ...[join(bin, 'python'), '-m', 'pip', 'download', '-q', '--require-hashes', '--only-binary', ':all:'],
      ...['--no-deps', '-d', wheels, '-r', all],
    );
    const bytes = readdirSync(wheels).reduce((sum, name) => sum + statSync(join(wheels, name)).size, 0);
    writeFileSync(TARGET, `${header(bytes)}${lines.join('')}`);
    console.log(`wrote ${TARGET}: ${lines.length} pins, ${Math.round(bytes / 1e6)} MB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * One text per requirement, with its hashes on the lines below it.
 *
 * @param {string} text
 */
function blocks(text) {
  return text.split(/^(?=\S)/m).filter((block) => block.trim() !== '' && !block.startsWith('#'));
}

/** @param {number} bytes */
const header = (
  bytes,
) => `# LiteLLM's proxy with everything it needs, each file by its hash. Made by build/litellm-requirements.mjs; never edit it.
# Installed with: pip install --require-hashes --only-binary :all: --no-deps -r litellm-requirements.txt
# Python: 3.10 3.11 3.12 3.13
# Download: ${bytes} bytes
`;

if (isMain(import.meta.url)) await main(process.argv[2]);
