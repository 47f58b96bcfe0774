import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type EngineProcess, signalGroup, spawnEngine } from '../../../electron/host/child.ts';
import { type EngineLog, type EngineLogOptions, openLog } from '../../../electron/host/engine-log.ts';
import type { LogLine } from '../../../shared/model.ts';
import { engine } from '../../support/small-host.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const open: EngineLog[] = [];
afterEach(async () => {
  for (const log of open.splice(0)) await log.close();
});

function start(more: Partial<EngineLogOptions> = {}) {
  const path = more.path ?? join(tempFolder(), 'logs', 'llama.log');
  const log = openLog({
    path,
    maxBytes: 1024 * 1024,
    files: 3,
    redact: (text) => text.replaceAll('s3cret', '***'),
    now: () => new Date('2026-11-23T09:04:26.000Z'),
    ...more,
  });
  open.push(log);
  const seen: LogLine[] = [];
  log.watch((lines) => seen.push(...lines));
  return { log, path, seen };
}
const texts = (lines: readonly LogLine[]) => lines.map((line) => line.text);
const kept = (path: string) =>
  readdirSync(dirname(path))
    .filter((name) => name.startsWith(basename(path)) && !name.endsWith('.base'))
    .sort();

describe('a log followed', () => {
  it('tells whole lines, redacted, with the time of their first sight', async () => {
    const { log, path, seen } = start();
    log.setAlive(true);
    await log.settled();
    expect(log.lastOutputAt()).toBeNull();
    appendFileSync(path, '0.00.001.001 W key is s3cret\nbeg');
    await until('the first line', () => seen.length === 1);
    expect(seen[0]).toEqual({
      seq: 0,
      at: '2026-11-23T09:04:26.000Z',
      level: 'warn',
      text: '0.00.001.001 W key is ***',
      source: 'engine',
    });
    expect(log.lastOutputAt()).toBeLessThanOrEqual(performance.now());
    appendFileSync(path, 'un\n');
    await until('the second line', () => seen.length === 2);
    expect(seen[1]).toMatchObject({ seq: 29, text: 'begun' });
  });

  it('tells a last line without an end when the engine is gone', async () => {
    const { log, path, seen } = start();
    log.setAlive(true);
    await log.settled();
    appendFileSync(path, 'one\nKilled');
    await until('the first line', () => seen.length === 1);
    expect(texts((await log.read()).lines)).toEqual(['one']);
    expect((await log.tail(5)).map(({ text }) => text)).toEqual(['one', 'Killed']);
    expect((await log.tail(5, 4)).map(({ text }) => text)).toEqual(['Killed']);
    expect(await log.end()).toBe(10);
    log.setAlive(false);
    await log.settled();
    expect(texts(seen)).toEqual(['one', 'Killed']);
    log.append('It died.', 'error');
    await log.settled();
    expect(texts(seen)).toEqual(['one', 'Killed', 'It died.']);
    expect(texts((await log.read()).lines)).toEqual(['one', 'Killed', 'It died.']);
  });

  it('puts its own lines between the engine’s, marked, redacted on disk too, and not as the engine’s output', async () => {
    const { log, path, seen } = start();
    log.append('Starting with s3cret', 'info');
    await log.settled();
    expect(log.lastOutputAt()).toBeNull();
    expect(readFileSync(path, 'utf8')).toBe('[stackyard 2026-11-23T09:04:26.000Z info] Starting with ***\n');
    expect(seen).toEqual([
      { seq: 0, at: '2026-11-23T09:04:26.000Z', level: 'info', text: 'Starting with ***', source: 'stackyard' },
    ]);
    expect((await log.read()).lines).toEqual(seen);
  });

  it('does not look while nothing lives, and catches up afterwards', async () => {
    const { log, path, seen } = start();
    await log.settled();
    appendFileSync(path, 'while nobody looked\n');
    log.setAlive(true);
    await until('the line', () => seen.length === 1);
    log.setAlive(false);
    await log.settled();
    const lines = seen.length;
    appendFileSync(path, 'later\n');
    expect(texts((await log.read()).lines)).toEqual(['while nobody looked', 'later']);
    expect(seen.length).toBeGreaterThanOrEqual(lines);
  });

  it('goes on when a listener fails and when one leaves', async () => {
    const { log, seen } = start();
    const gone: LogLine[] = [];
    const leave = log.watch((lines) => gone.push(...lines));
    const errors: unknown[] = [];
    const before = console.error;
    console.error = (...args: unknown[]) => errors.push(args);
    const fail = log.watch(() => {
      throw new Error('planted');
    });
    log.append('one', 'info');
    await log.settled();
    console.error = before;
    leave();
    fail();
    log.append('two', 'info');
    await log.settled();
    expect(texts(seen)).toEqual(['one', 'two']);
    expect(texts(gone)).toEqual(['one']);
    expect(errors).toHaveLength(1);
  });
});

describe('a log read', () => {
  const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `line ${from + n}`);

  it('comes in pages both ways, over rotated files as if they were one', async () => {
    const { log } = start({ maxBytes: 4096, files: 10 });
    for (let n = 0; n < 300; n += 1) log.append(`line ${n}`, 'info');
    await log.settled();
    const all = (await log.read({ limit: 5_000 })).lines;
    expect(texts(all)).toEqual(lines(0, 300));
    for (const [n, line] of all.entries()) expect(line.seq).toBeGreaterThan(all[n - 1]?.seq ?? -1);
    expect(kept(log.path).length).toBeGreaterThan(3);

    const last = (await log.read({ limit: 10 })).lines;
    expect(texts(last)).toEqual(lines(290, 300));
    const older = (await log.read({ limit: 100, before: last[0]?.seq ?? null })).lines;
    expect(texts(older)).toEqual(lines(190, 290));
    const newer = (await log.read({ limit: 50, after: older.at(-1)?.seq ?? null })).lines;
    expect(texts(newer)).toEqual(lines(290, 300));
    const between = await log.read({ after: older[0]?.seq ?? null, before: older[5]?.seq ?? null });
    expect(texts(between.lines)).toEqual(lines(191, 195));
    expect((await log.read({ after: all.at(-1)?.seq ?? null })).lines).toEqual([]);
    expect((await log.read({ before: 0 })).lines).toEqual([]);
  });

  it('reads only the end of a large one', async () => {
    const path = join(tempFolder(), 'large.log');
    // 512 MiB that take no room on the disk; reading them whole would need as much memory.
    writeFileSync(path, '');
    truncateSync(path, 512 * 1024 * 1024);
    appendFileSync(path, '\nthe end\n');
    const { log } = start({ path, maxBytes: 1024 ** 3 });
    const before = process.memoryUsage.rss();
    expect(texts((await log.read({ limit: 1 })).lines)).toEqual(['the end']);
    expect(process.memoryUsage.rss() - before).toBeLessThan(128 * 1024 * 1024);
  });

  it('keeps places rising over a new start, and has no time for lines of before', async () => {
    const path = join(tempFolder(), 'again.log');
    const first = start({ path, maxBytes: 256, files: 2 });
    for (let n = 0; n < 40; n += 1) appendFileSync(path, `line ${n}\n`);
    first.log.append('end of the first', 'info');
    await first.log.settled();
    const before = (await first.log.read()).lines;
    await first.log.close();

    const second = start({ path, maxBytes: 256, files: 2 });
    const after = (await second.log.read()).lines;
    expect(after.map(({ seq, text }) => ({ seq, text }))).toEqual(before.map(({ seq, text }) => ({ seq, text })));
    expect(after.filter((line) => line.source === 'engine').every((line) => line.at === null)).toBe(true);
    expect(second.seen).toEqual([]);
  });

  it('finishes a rotation that a crash cut short, before the cut and after it', async () => {
    for (const cut of [false, true]) {
      const path = join(tempFolder(), 'crash.log');
      writeFileSync(`${path}.0`, 'one\ntwo\n');
      writeFileSync(path, cut ? 'three\n' : 'one\ntwo\nthree\n');
      const { log } = start({ path });
      expect(texts((await log.read()).lines)).toEqual(['one', 'two', 'three']);
      expect(existsSync(`${path}.0`)).toBe(false);
    }
  });
});

describeNeeding(['posix'], 'a log rotated under its engine', () => {
  it('loses no line, tells none twice, and keeps as many old files as asked for', async () => {
    const { log, path, seen } = start({ maxBytes: 16 * 1024, files: 4 });
    const child = (await spawnEngine({
      ...engine('--on-usr2'),
      env: {},
      cwd: null,
      tag: `log${process.pid}:1`,
      logPath: path,
    })) as EngineProcess;
    log.setAlive(true);
    await until('the engine', () => texts(seen).some((text) => text.startsWith('{"ready"')));
    // It writes when it is told to, so never in the microseconds of the cut, in which a line may be lost.
    const filler = 'x'.repeat(500);
    for (let n = 0; n < 200; n += 1) {
      process.kill(child.pid, 'SIGUSR2');
      await until(`line ${n}`, () => seen.at(-1)?.text === `line ${n}`, { every: 1 });
      log.append(filler, 'debug');
      await log.settled();
    }
    await signalGroup(child.pid, 'SIGKILL');
    await child.exited;
    log.setAlive(false);
    await log.settled();
    const theirs = texts(seen.filter((line) => line.source === 'engine')).filter((text) => text.startsWith('line '));
    expect(theirs).toEqual(Array.from({ length: 200 }, (_, n) => `line ${n}`));
    for (const [n, line] of seen.entries()) expect(line.seq).toBeGreaterThan(seen[n - 1]?.seq ?? -1);
    expect(kept(path)).toEqual(['llama.log', 'llama.log.1', 'llama.log.2', 'llama.log.3', 'llama.log.4']);
    const page = (await log.read({ limit: 50 })).lines;
    expect(page).toEqual(seen.slice(-50));
  });

  it('forgets old files when fewer are wanted', async () => {
    const { log, path } = start({ maxBytes: 256, files: 5 });
    for (let n = 0; n < 60; n += 1) log.append(`line ${n}`, 'info');
    await log.settled();
    expect(kept(path)).toHaveLength(6);
    log.setLimits({ maxBytes: 256, files: 1 });
    for (let n = 60; n < 70; n += 1) log.append(`line ${n}`, 'info');
    await log.settled();
    expect(kept(path)).toEqual(['llama.log', 'llama.log.1']);
    expect(texts((await log.read({ limit: 1 })).lines)).toEqual(['line 69']);
  });

  it('goes on when somebody empties or removes the file', async () => {
    const { log, path, seen } = start();
    log.append('one', 'info');
    await log.settled();
    truncateSync(path, 0);
    log.append('two', 'info');
    await log.settled();
    writeFileSync(`${path}.new`, '');
    renameSync(`${path}.new`, path);
    log.append('three', 'info');
    await log.settled();
    expect(texts(seen)).toEqual(['one', 'two', 'three']);
    expect(seen[2]?.seq).toBeGreaterThan(seen[1]?.seq ?? 0);
    expect(readFileSync(path, 'utf8')).toContain('three');
  });
});
