/** The last good config survives a power cut at any step: the host's own write, in a process that is killed there. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigHistory } from '../../../electron/host/config-history.ts';
import { ConfigOwner } from '../../../electron/host/config-owner.ts';
import { bundle } from '../../support/bundle.ts';
import { tempFolder } from '../../support/tmp.ts';

const OLD = '# the old one\nversion: 1\ngateway: { port: 0 }\n';
const NEW =
  '# the new one, of another length\nversion: 1\ngateway: { port: 0, max_connections: 7 }\nengines:\n  a: { kind: ollama }\n';

let program = '';
beforeAll(async () => {
  program = await bundle('tests/fixtures/programs/cut-write.ts');
});

const owner = (folder: string) =>
  new ConfigOwner({
    path: join(folder, 'stackyard.yaml'),
    data: join(folder, 'data'),
    environment: async () => [],
    running: () => ({ engines: new Set(), inFlight: 0 }),
    admit: async () => {},
    apply: async () => {},
    changed: () => {},
    warn: () => {},
  });

/** A folder in which the old config ran, and then the new one was applied up to a step. */
async function cutAt(step: number, bytes: number): Promise<{ folder: string; steps: string[]; killed: boolean }> {
  const folder = tempFolder('cut');
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'stackyard.yaml'), OLD);
  writeFileSync(join(folder, 'new.yaml'), NEW);
  // a person's own copies, which look like what a write leaves
  writeFileSync(join(folder, 'stackyard.yaml.20261128'), 'mine');
  const { stdout, stderr, signal, status } = spawnSync(
    process.execPath,
    [program, folder, String(step), String(bytes)],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(signal === 'SIGKILL' || status === 0).toBe(true);
  return { folder, steps: stdout.trim().split('\n').filter(Boolean), killed: signal === 'SIGKILL' };
}

/** What a start finds afterwards; it clears away what was left. */
async function start(folder: string): Promise<string> {
  const next = owner(folder);
  expect(await next.load()).toBe('applied');
  next.close();
  const text = readFileSync(join(folder, 'stackyard.yaml'), 'utf8');
  expect([OLD, NEW]).toContain(text);
  const history = new ConfigHistory(join(folder, 'data'), join(folder, 'stackyard.yaml'));
  expect((await history.newest())?.text).toBe(text);
  expect(readdirSync(folder).sort()).toEqual(['data', 'new.yaml', 'stackyard.yaml', 'stackyard.yaml.20261128']);
  expect(existsSync(join(folder, 'data', 'config.writing'))).toBe(false);
  return text;
}

describe('a write of the config', () => {
  it('flushes the text before it gets its name, and the folder after, for the file and for the history', async () => {
    const { steps, folder } = await cutAt(0, 0);
    const one = (what: string) => [
      `open ${what}`,
      `write ${what}`,
      `flush ${what}`,
      `rename ${what}`,
      'flush folder',
    ];
    expect(steps).toEqual([...one('config'), ...one('history')]);
    expect(await start(folder)).toBe(NEW);
  });

  it('leaves the old or the new text whole, wherever it is cut', async () => {
    const found: string[] = [];
    for (let step = 1; ; step += 1) {
      const { folder, killed } = await cutAt(step, 10);
      if (!killed) break;
      found.push((await start(folder)) === OLD ? 'old' : 'new');
    }
    // the rename is the moment
    expect(found).toEqual([...Array(4).fill('old'), ...Array(6).fill('new')]);
  });

  it.each([0, 1, Buffer.byteLength(NEW) - 1, Buffer.byteLength(NEW)])(
    'leaves the old text when it is cut after %i bytes',
    async (bytes) => {
      const { folder, killed } = await cutAt(2, bytes);
      expect(killed).toBe(true);
      expect(await start(folder)).toBe(OLD);
    },
  );
});
