/** An installer's surroundings without an index: pip takes a stand-in for LiteLLM, a wheel of three lines made here, from a folder. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type InstallOptions, installLitellm } from '../../electron/host/litellm-install.ts';
import { type Pins, readPins } from '../../electron/host/litellm-pins.ts';
import { toCause } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';
import { tempFolder } from './tmp.ts';

const WHEEL = `
import sys, zipfile
path, version, body = sys.argv[1:4]
info = f"litellm-{version}.dist-info"
with zipfile.ZipFile(path, "w") as wheel:
    wheel.writestr("litellm/__init__.py", body)
    wheel.writestr("litellm/proxy/__init__.py", "")
    wheel.writestr("litellm/proxy/proxy_server.py", "")
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: litellm\\nVersion: {version}\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")
`;

export interface Shelf {
  readonly data: string;
  readonly pins: Pins;
  /** Names below `DATA/venvs`. */
  readonly left: () => string[];
  readonly install: (over?: Partial<InstallOptions>) => Promise<void>;
  readonly lines: string[];
}

/** `body` is the stand-in's `litellm/__init__.py`. */
export function shelf(version = '9.9.1', body = 'def run_server(): pass\n', data = tempFolder()): Shelf {
  const wheels = join(data, 'wheels');
  mkdirSync(wheels, { recursive: true });
  const wheel = join(wheels, `litellm-${version}-py3-none-any.whl`);
  execFileSync('python3', ['-I', '-c', WHEEL, wheel, version, body]);
  const digest = createHash('sha256').update(readFileSync(wheel)).digest('hex');
  const pins = readPins(`# Download: ${statSync(wheel).size} bytes\nlitellm==${version} --hash=sha256:${digest}\n`);
  const lines: string[] = [];
  return {
    data,
    pins,
    lines,
    left: () => (existsSync(join(data, 'venvs')) ? readdirSync(join(data, 'venvs')) : []),
    install: (over = {}) =>
      installLitellm({
        data,
        pins,
        // pip's own settings: no index, only this folder.
        env: { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels, PIP_CONFIG_FILE: '/dev/null' },
        platform: process.platform,
        signal: new AbortController().signal,
        update: () => {},
        log: (line) => lines.push(line),
        ...over,
      }),
  };
}

/** Why it was refused; `null` when it was not. */
export const refused = (work: Promise<unknown>): Promise<Cause | null> => work.then(() => null, toCause);

/** Our own children whose command line has this. */
export function children(text: string): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args=']).toString().split('\n');
  return rows.flatMap((row) => {
    const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return Number(parent) === process.pid && args.includes(text) ? [Number(pid)] : [];
  });
}
