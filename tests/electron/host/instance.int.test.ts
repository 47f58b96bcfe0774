import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { claimInstance, readInstance, readToken } from '../../../electron/host/instance.ts';
import { bundle } from '../../support/bundle.ts';
import { startSmallHost } from '../../support/small-host.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';

const options = (data: string) => ({
  data,
  kind: 'serve' as const,
  version: '1.2.3',
  socket: join(data, 'control.sock'),
});

async function claim(data: string) {
  const outcome = await claimInstance(options(data));
  if (!outcome.ok) throw new Error(`held by ${outcome.holder.pid}`);
  return outcome.instance;
}

describe('claimInstance', () => {
  it('makes a private folder and says who we are, until it is released', async () => {
    const data = join(tempFolder(), 'deep', 'data');
    const instance = await claim(data);
    expect(await readInstance(data)).toEqual({
      pid: process.pid,
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      kind: 'serve',
      version: '1.2.3',
      socket: join(data, 'control.sock'),
      gateway: null,
      ui: null,
      id: instance.id,
      start_time: expect.any(String),
    });
    await instance.update({ gateway: 'http://127.0.0.1:4000' });
    expect(await readInstance(data)).toMatchObject({ gateway: 'http://127.0.0.1:4000', ui: null });
    expect(instance.token).toMatch(/^[0-9a-f]{64}$/);
    expect(await readToken(data)).toBe(instance.token);
    await instance.release();
    expect(await readInstance(data)).toBeNull();
    expect(readdirSync(join(data, 'claims'))).toEqual([]);
  });

  it('gives every host another id and token', async () => {
    const data = tempFolder();
    const first = await claim(data);
    await first.release();
    const second = await claim(data);
    expect(second.id).not.toBe(first.id);
    expect(second.token).not.toBe(first.token);
    expect(second.previous).toEqual([]);
    await second.release();
  });

  it('names the holder to whoever comes second', async () => {
    const data = tempFolder();
    const instance = await claim(data);
    await instance.update({ gateway: 'http://127.0.0.1:4000' });
    const second = await claimInstance(options(data));
    expect(second).toMatchObject({
      ok: false,
      holder: { pid: process.pid, kind: 'serve', version: '1.2.3', gateway: 'http://127.0.0.1:4000' },
    });
    expect(await readToken(data)).toBe(instance.token);
    await instance.release();
  });

  it('lets exactly one of many that start at once in', async () => {
    const data = tempFolder();
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => claimInstance(options(data))));
      const won = outcomes.filter((outcome) => outcome.ok);
      expect(won).toHaveLength(1);
      for (const outcome of won) await outcome.instance.release();
    }
  });
});

describeNeeding(['posix'], 'claimInstance between processes', () => {
  let program = '';
  beforeAll(async () => {
    program = await bundle('tests/fixtures/programs/small-host.ts');
  });
  const end = async (child: ChildProcess) => {
    const gone = once(child, 'exit');
    child.stdin?.end();
    await gone;
  };

  it('lets one of four hosts in, and the others name it', async () => {
    const data = tempFolder();
    const hosts = await Promise.all(Array.from({ length: 4 }, () => startSmallHost(program, data)));
    const [winner, ...more] = hosts.filter((host) => !host.report.holder);
    expect(more).toEqual([]);
    const losers = hosts.filter((host) => host.report.holder);
    expect(losers.map((host) => host.report.holder?.pid)).toEqual(losers.map(() => winner?.process.pid));
    if (winner) await end(winner.process);
    expect(existsSync(join(data, 'instance.json'))).toBe(false);
  });

  it('takes over from a killed host and knows its id', async () => {
    const data = tempFolder();
    const { process: host, report } = await startSmallHost(program, data);
    const gone = once(host, 'exit');
    host.kill('SIGKILL');
    await gone;
    const instance = await claim(data);
    expect(instance.previous).toEqual([report.id]);
    await instance.release();
  });

  it('is not kept out by a stranger with the pid of a dead host', async () => {
    const data = tempFolder();
    const sleeper = spawn('sleep', ['1000']);
    await once(sleeper, 'spawn');
    mkdirSync(join(data, 'claims'));
    writeFileSync(join(data, 'claims', `abcdef~${sleeper.pid}~another-boot%3A1.holding`), '');
    const instance = await claim(data);
    expect(instance.previous).toEqual(['abcdef']);
    await instance.release();
    sleeper.kill();
    await once(sleeper, 'exit');
  });
});

describeNeeding(['posix'], 'the data folder', () => {
  it('is made private when it was open, its secrets too', async () => {
    const data = tempFolder();
    chmodSync(data, 0o755);
    const instance = await claim(data);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    for (const file of ['control.token', 'instance.json'])
      expect(statSync(join(data, file)).mode & 0o777, file).toBe(0o600);
    await instance.release();
  });

  it('may be a link of our own', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const instance = await claim(join(folder, 'link'));
    expect(statSync(join(folder, 'real')).mode & 0o777).toBe(0o700);
    await instance.release();
  });

  it.skipIf(process.getuid?.() !== 0)('is refused when somebody else put it or a link there', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    lchownSync(join(folder, 'link'), 12345, 12345);
    mkdirSync(join(folder, 'theirs'));
    lchownSync(join(folder, 'theirs'), 12345, 12345);
    for (const name of ['link', 'theirs'])
      await expect(claimInstance(options(join(folder, name)))).rejects.toMatchObject({ code: 'permission_denied' });
  });

  it('survives a broken instance.json', async () => {
    const data = tempFolder();
    writeFileSync(join(data, 'instance.json'), '{"pid": 1');
    const instance = await claim(data);
    expect(JSON.parse(readFileSync(join(data, 'instance.json'), 'utf8'))).toMatchObject({ id: instance.id });
    await instance.release();
  });
});
