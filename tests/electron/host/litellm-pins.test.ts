import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PINS, readPins } from '../../../electron/host/litellm-pins.ts';
import { REFUSED_RELEASES, whyRefused } from '../../../shared/config/litellm-releases.ts';
import { top } from '../../support/tools.ts';

const text = readFileSync(join(top, 'assets', 'litellm-requirements.txt'), 'utf8');
/** Each requirement with its hashes on one line. */
const rows = text
  .replace(/ \\\n +/g, ' ')
  .split('\n')
  .filter((row) => row !== '' && !row.startsWith('#'));

describe('assets/litellm-requirements.txt', () => {
  it('is what the installer has', () => {
    expect(PINS.text).toBe(text);
    expect(PINS).toMatchObject({
      version: expect.stringMatching(/^1\.\d+\.\d+$/),
      revision: expect.stringMatching(/^\w{16}$/),
    });
    expect(PINS.download).toBeGreaterThan(50e6);
    expect(() => readPins('litellm==1.0\n')).toThrow('incomplete');
  });

  it('pins every package to one version per Python and platform, with hashes, and nothing else', () => {
    const row = /^[a-z0-9][a-z0-9-]*==[\w.]+(?: ; [\w .=<>!'"()*]+?)?(?: --hash=sha256:[0-9a-f]{64})+$/;
    expect(rows.filter((one) => !row.test(one))).toEqual([]);
    expect(rows.length).toBeGreaterThan(100);
    const names = rows.map((one) => one.split('==')[0]);
    const twice = names.filter((name, i) => names.indexOf(name) !== i);
    // Named twice only with markers that exclude each other.
    for (const name of twice)
      expect(rows.filter((one) => one.startsWith(`${name}==`) && !one.includes(' ; '))).toEqual([]);
  });

  it('names no host', () => {
    expect(text).not.toMatch(/https?:|:\/\/|index-url|find-links|@/);
  });

  it('has what the proxy is made of, and only for a platform what only that has', () => {
    const names = new Set(rows.map((one) => one.split('==')[0]));
    for (const name of ['litellm', 'fastapi', 'uvicorn', 'orjson', 'pydantic-core', 'tiktoken', 'pyyaml'])
      expect(names).toContain(name);
    expect(rows.find((one) => one.startsWith('uvloop=='))).toContain("sys_platform != 'win32'");
    expect(rows.find((one) => one.startsWith('pywin32=='))).toContain("sys_platform == 'win32'");
    expect(rows.find((one) => one.startsWith('exceptiongroup=='))).toContain("python_full_version < '3.11'");
  });

  it('has no release that is refused, nor would the script that makes it take one', () => {
    expect(whyRefused(PINS.version)).toBeNull();
    const script = readFileSync(join(top, 'build', 'litellm-requirements.mjs'), 'utf8');
    const list = /REFUSED = \[([^\]]*)\]/.exec(script)?.[1] ?? '';
    expect([...list.matchAll(/'([^']+)'/g)].map((match) => match[1])).toEqual(Object.keys(REFUSED_RELEASES));
  });
});

describe('releases that are refused', () => {
  it.each(['1.82.7', '1.82.8', '1.107.0', 'v1.82.8', '1.107.0.post1', '1.82.7+local'])('%s', (version) => {
    expect(whyRefused(version)).toEqual(expect.any(String));
  });
  it.each(['1.82.6', '1.82.9', '1.82.70', '1.107.1', '1.106.2', '', 'constructor'])('not %s', (version) => {
    expect(whyRefused(version)).toBeNull();
  });
});
