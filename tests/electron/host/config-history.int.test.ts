/** The versions of a config that were applied: what is kept, for how long, and the way back, on a real host and a real disk. */
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { revisionOf } from '../../../electron/host/config-file.ts';
import { ConfigHistory } from '../../../electron/host/config-history.ts';
import type { ConfigVersion } from '../../../shared/contract/ipc.ts';
import { startTestHost } from '../../support/host.ts';
import { tempFolder } from '../../support/tmp.ts';
import { until } from '../../support/until.ts';

const version = (text: string): ConfigVersion => ({
  revision: revisionOf(text),
  at: '2026-03-04T09:31:00.000Z',
  origin: 'window',
  plan: {
    base_revision: null,
    revision: revisionOf(text),
    changed: false,
    engines: [],
    routes: [],
    gateway: { action: 'keep', keys: [] },
    in_flight: 0,
    other: [],
  },
  text,
});
const files = (data: string) => readdirSync(join(data, 'history')).sort();
const texts = async (history: ConfigHistory) => (await history.list()).map(({ text }) => text);

describe('the history of a config file', () => {
  it('gives back every text byte for byte, newest first, and names it by its revision', async () => {
    const history = new ConfigHistory(tempFolder(), '/one.yaml');
    expect(await history.list()).toEqual([]);
    expect(await history.newest()).toBeNull();
    const wanted = ['\ufeffversion: 1\r\n# äöü 🦙 \u2028\r\n', 'api_keys: ["${secret:team}"]\n', ''];
    for (const text of wanted) await history.add(version(text));
    expect(await texts(history)).toEqual([...wanted].reverse());
    expect(await history.find(revisionOf(wanted[0] ?? ''))).toEqual(version(wanted[0] ?? ''));
    expect(await history.find('000000000000')).toBeNull();
  });

  it('keeps a version once while it stays the newest, and again when it comes back', async () => {
    const history = new ConfigHistory(tempFolder(), '/one.yaml');
    for (const text of ['a', 'a', 'b', 'a']) await history.add(version(text));
    expect(await texts(history)).toEqual(['a', 'b', 'a']);
  });

  it('can be read by its owner only', async () => {
    const data = tempFolder();
    await new ConfigHistory(data, '/one.yaml').add(version('a'));
    expect(statSync(join(data, 'history')).mode & 0o777).toBe(0o700);
    expect(statSync(join(data, 'history', files(data)[0] ?? '')).mode & 0o777).toBe(0o600);
  });

  it('is bounded in number and in bytes, and always keeps the newest', async () => {
    const data = tempFolder();
    const few = new ConfigHistory(data, '/one.yaml', { versions: 3, bytes: 1e6 });
    for (const text of 'abcdef') await few.add(version(text));
    expect(await texts(few)).toEqual(['f', 'e', 'd']);
    const small = new ConfigHistory(data, '/one.yaml', { versions: 100, bytes: 2000 });
    await small.add(version('x'.repeat(1200)));
    expect((await texts(small)).map((text) => text.length)).toEqual([1200, 1]);
    await small.add(version('y'.repeat(5000)));
    expect((await texts(small)).map((text) => text.length)).toEqual([5000]);
  });

  it('knows one config file’s versions from another’s', async () => {
    const data = tempFolder();
    const [one, two] = [new ConfigHistory(data, '/one.yaml'), new ConfigHistory(data, '/two.yaml')];
    await one.add(version('of one'));
    await two.add(version('of two'));
    expect(await texts(one)).toEqual(['of one']);
    expect((await two.newest())?.text).toBe('of two');
  });

  it('falls back to an older version when the newest is cut off at whatever byte', async () => {
    const data = tempFolder();
    const history = new ConfigHistory(data, '/one.yaml');
    await history.add(version('old'));
    await history.add(version('new'));
    const newest = join(data, 'history', files(data).at(-1) ?? '');
    // All but its closing brace and line break: without the last byte alone it is whole.
    for (let bytes = statSync(newest).size - 2; bytes >= 0; bytes -= 1) {
      truncateSync(newest, bytes);
      expect((await history.newest())?.text).toBe('old');
    }
    await history.add(version('newer'));
    expect(await texts(history)).toEqual(['newer', 'old']);
  });

  it('clears away what a killed write left', async () => {
    const data = tempFolder();
    const history = new ConfigHistory(data, '/one.yaml');
    await history.add(version('a'));
    writeFileSync(join(data, 'history', '000002-aaaaaaaaaaaa.json.3141592653'), 'torn');
    writeFileSync(join(data, 'history', 'notes.txt'), 'somebody’s own');
    await history.add(version('b'));
    expect(files(data)).toEqual([`000001-${revisionOf('a')}.json`, `000002-${revisionOf('b')}.json`, 'notes.txt']);
  });
});

describe('a host', () => {
  const first = '# first, wide   gaps\r\nversion: 1\r\ngateway: { port: 0 }\r\n';
  const far =
    'engines:\n  far: { kind: openai, url: "http://127.0.0.1:9/v1", api_key: "${env:STACKYARD_TEST_KEY}" }\n';

  it('keeps who applied what, and goes back to any version byte for byte', async () => {
    process.env.STACKYARD_TEST_KEY = 'sk-never-in-the-history-0123456789';
    const { call, config, data, host } = await startTestHost(first);
    const second = `version: 1\ngateway: { port: 0 }\n${far}`;
    await call('config.apply', { text: second, if_revision: revisionOf(first) });
    const third = `${second}aliases: { small: far/tiny }\n`;
    writeFileSync(config, third);
    await until('the file is taken up', () => host.snapshot().config.revision === revisionOf(third));
    const fourth = `${third}# imported\n`;
    await call('config.apply', { text: fourth, if_revision: null, imported: true });

    const listed = await call('config.history', {});
    expect(listed.running_revision).toBe(revisionOf(fourth));
    expect(listed.versions.map(({ revision, origin }) => [revision, origin])).toEqual([
      [revisionOf(fourth), 'import'],
      [revisionOf(third), 'file'],
      [revisionOf(second), 'window'],
      [revisionOf(first), 'start'],
    ]);
    expect(listed.versions.map(({ plan }) => [plan.engines[0]?.action, plan.routes])).toEqual([
      ['keep', []],
      ['keep', ['small']],
      ['add', []],
      [undefined, []],
    ]);
    expect(JSON.stringify(listed)).not.toContain('wide   gaps');

    const { text } = await call('config.version', { revision: revisionOf(first) });
    const { plan } = await call('config.plan', { text });
    const back = await call('config.rollback', {
      revision: revisionOf(first),
      if_revision: revisionOf(fourth),
    });
    expect(back).toEqual({ findings: [], plan, applied: true });
    expect(readFileSync(config, 'utf8')).toBe(first);
    expect(host.snapshot().engines).toEqual([]);
    expect((await call('config.history', {})).versions[0]).toMatchObject({
      revision: revisionOf(first),
      origin: 'rollback',
    });
    const kept = files(data).map((name) => readFileSync(join(data, 'history', name), 'utf8'));
    expect(kept.filter((entry) => entry.includes('${env:STACKYARD_TEST_KEY}'))).toHaveLength(3);
    expect(kept.join('')).not.toContain('never-in-the-history');
  });

  it('goes back neither over a change that nobody saw nor to a version that is not there', async () => {
    const { call, config } = await startTestHost(first);
    await call('config.apply', { text: 'version: 1\ngateway: { port: 0 }\n', if_revision: null });
    const now = readFileSync(config, 'utf8');
    await expect(
      call('config.rollback', { revision: revisionOf(first), if_revision: revisionOf('something else') }),
    ).rejects.toMatchObject({ code: 'config_conflict' });
    await expect(call('config.rollback', { revision: '000000000000', if_revision: null })).rejects.toMatchObject({
      code: 'unknown_version',
    });
    expect(readFileSync(config, 'utf8')).toBe(now);
  });

  it('keeps nothing of a text that was refused', async () => {
    const { call } = await startTestHost(first);
    expect((await call('config.apply', { text: 'version: 2\n', if_revision: null })).applied).toBe(false);
    expect((await call('config.history', {})).versions.map(({ origin }) => origin)).toEqual(['start']);
  });

  it('writes no second version at a start with the same file, and one when it was changed meanwhile', async () => {
    const folder = tempFolder();
    await (await startTestHost(first, { data: folder })).host.stop();
    const again = await startTestHost(first, { data: folder });
    expect((await again.call('config.history', {})).versions).toHaveLength(1);
    await again.host.stop();
    const changed = await startTestHost(`${first}# by hand\r\n`, { data: folder });
    expect((await changed.call('config.history', {})).versions.map(({ origin }) => origin)).toEqual([
      'start',
      'start',
    ]);
  });
});
