import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobProgress } from '../../../../electron/host/jobs.ts';
import { discardFiles, pullFiles } from '../../../../electron/host/pull/file-pull.ts';
import { openHub } from '../../../../electron/host/pull/hub.ts';
import { type PullSource, readPullSource } from '../../../../shared/pull-source.ts';
import { type ModelHost, startModelHost } from '../../../fixtures/servers/model-host.ts';
import { tinyModelBytes } from '../../../support/tiny-model-bytes.ts';
import { tempFolder } from '../../../support/tmp.ts';
import { until } from '../../../support/until.ts';

const MODEL = tinyModelBytes();
const SUM = sha256(MODEL);
const HALF = Math.floor(MODEL.length / 2);

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

let host: ModelHost;
let other: ModelHost;
let folder: string;

beforeEach(async () => {
  [host, other] = await Promise.all([startModelHost(), startModelHost()]);
  folder = tempFolder();
});
afterEach(async () => {
  await Promise.all([host.close(), other.close()]);
});

interface Pulled {
  readonly told: JobProgress[];
  readonly stop: AbortController;
  readonly result: Promise<{ path: string; fresh: boolean }>;
}

function sourceOf(text: string): PullSource {
  const read = readPullSource(text);
  if (!read.ok) throw new Error(read.message);
  return read.source;
}

function start(
  text: string,
  options: { sha256?: string; stall?: number; token?: string; tries?: number } = {},
): Pulled {
  const told: JobProgress[] = [];
  const stop = new AbortController();
  const result = pullFiles(
    {
      source: sourceOf(text),
      folder,
      sha256: options.sha256 ?? null,
      hub: openHub({ HF_ENDPOINT: host.url, HF_TOKEN: options.token }, null),
      patience: { tries: options.tries ?? 3, pause: 1, longest: 5 },
      stall: options.stall ?? 20_000,
    },
    { update: (progress) => told.push(progress) },
    stop.signal,
  );
  result.catch(() => {});
  return { told, stop, result };
}

const url = (name = 'tiny.gguf') => `${host.url}/m/${name}`;
const place = (name = 'tiny.gguf') => join(folder, name);
const ranges = () => host.seen.map(({ headers }) => headers.range ?? null);
const files = () => readdirSync(folder).sort();

describe('a file from an address', () => {
  it('is put in place whole, with its size told all along', async () => {
    host.serve('/m/tiny.gguf', MODEL);
    const { result, told } = start(url());
    expect(await result).toEqual({ path: place(), fresh: true });
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
    expect(files()).toEqual(['tiny.gguf']);
    expect(statSync(place()).mode & 0o777).toBe(0o666 & ~process.umask() & 0o644);
    expect(told.some(({ total_bytes }) => total_bytes === MODEL.length)).toBe(true);
    expect(told.at(-1)?.done_bytes).toBe(MODEL.length);
  });

  it('is put in place also when its length is not told', async () => {
    host.serve('/m/tiny.gguf', MODEL, { chunked: true });
    await start(url()).result;
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
  });

  it('makes the folder when there is none', async () => {
    host.serve('/m/tiny.gguf', MODEL);
    folder = join(folder, 'a', 'b');
    await start(url()).result;
    expect(existsSync(place())).toBe(true);
  });

  it('goes on where the connection was cut, as often as it takes', async () => {
    const faults = [100_000, 150_000, 70_000].map((after) => ({ do: 'cut' as const, after }));
    host.serve('/m/tiny.gguf', MODEL, { faults });
    await start(url()).result;
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
    expect(ranges()).toEqual([null, 'bytes=100000-', 'bytes=250000-', 'bytes=320000-']);
    expect(host.seen[1]?.headers['if-range']).toBe('"v1"');
  });

  it('goes on when nothing comes for too long', async () => {
    host.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'stop', after: HALF }] });
    await start(url(), { stall: 500 }).result;
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
    expect(ranges()).toEqual([null, `bytes=${HALF}-`]);
  });

  it('waits and tries again when the server is in trouble, and says so', async () => {
    const faults = [500, 503, 429].map((status) => ({
      do: 'answer' as const,
      status,
      headers: { 'retry-after': '0' },
    }));
    host.serve('/m/tiny.gguf', MODEL, { faults });
    const { result, told } = start(url(), { tries: 4 });
    await result;
    expect(told.filter(({ phase }) => phase === 'waiting').map(({ doing }) => doing)).toEqual([
      expect.stringContaining('in trouble (500)'),
      expect.stringContaining('in trouble (503)'),
      expect.stringContaining('too many requests (429)'),
    ]);
  });

  it('gives up after so many tries that bring nothing, and keeps what is there', async () => {
    host.serve('/m/tiny.gguf', MODEL, {
      faults: [{ do: 'cut', after: HALF }, ...Array(9).fill({ do: 'cut', after: 0 })],
    });
    await expect(start(url()).result).rejects.toMatchObject({ code: 'download_failed' });
    expect(ranges()).toHaveLength(3);
    expect(files()).toEqual(['tiny.gguf.part', 'tiny.gguf.part.json']);
    host.serve('/m/tiny.gguf', MODEL);
    await start(url()).result;
    expect(ranges().at(-1)).toBe(`bytes=${HALF}-`);
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
  });

  it('does not wait for a server that wants to be left alone for long', async () => {
    const fault = { do: 'answer' as const, status: 429, headers: { 'retry-after': '86400' } };
    host.serve('/m/tiny.gguf', MODEL, { always: fault });
    await expect(start(url()).result).rejects.toMatchObject({
      code: 'download_failed',
      message: expect.stringContaining('429'),
    });
    expect(host.seen).toHaveLength(1);
  });

  it('begins anew when the server ignores the range', async () => {
    host.serve('/m/tiny.gguf', MODEL, { ranges: false, faults: [{ do: 'cut', after: HALF }] });
    await start(url(), { sha256: SUM }).result;
    expect(ranges()).toEqual([null, `bytes=${HALF}-`]);
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
  });

  it('begins anew when the file has changed meanwhile, whether or not the server heeds If-Range', async () => {
    for (const ifRange of [true, false]) {
      const name = `${ifRange}.gguf`;
      const before = Buffer.concat([MODEL.subarray(0, 1000), Buffer.alloc(MODEL.length - 1000, 7)]);
      host.serve(`/m/${name}`, before, { faults: [{ do: 'cut', after: HALF }], always: null });
      await expect(start(url(name), { tries: 1 }).result).rejects.toMatchObject({ code: 'download_failed' });
      host.serve(`/m/${name}`, MODEL, { etag: '"v2"', ifRange });
      await start(url(name)).result;
      expect(readFileSync(place(name)).equals(MODEL)).toBe(true);
    }
  });

  it('begins anew when nothing proves that the rest belongs to what is there', async () => {
    host.serve('/m/tiny.gguf', MODEL, { etag: 'W/"weak"', faults: [{ do: 'cut', after: HALF }] });
    await start(url()).result;
    expect(ranges()).toEqual([null, null]);
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
  });

  it('goes on by the date when there is no ETag', async () => {
    const modified = 'Mon, 02 Mar 2026 10:00:00 GMT';
    host.serve('/m/tiny.gguf', MODEL, { etag: null, modified, faults: [{ do: 'cut', after: HALF }] });
    await start(url()).result;
    expect(host.seen[1]?.headers).toMatchObject({ range: `bytes=${HALF}-`, 'if-range': modified });
  });

  it('begins anew when the file on the server is shorter than what is there', async () => {
    host.serve('/m/tiny.gguf', Buffer.concat([MODEL, MODEL]), { faults: [{ do: 'cut', after: MODEL.length + 10 }] });
    await expect(start(url(), { tries: 1 }).result).rejects.toThrow();
    host.serve('/m/tiny.gguf', MODEL, { ifRange: false });
    await start(url()).result;
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
  });

  it('asks once more whether all that is there is still the same file', async () => {
    host.serve('/m/tiny.gguf', MODEL);
    writeFileSync(place(), 'x');
    await expect(start(url(), { sha256: SUM }).result).rejects.toMatchObject({ code: 'file_exists' });
    writeFileSync(`${place('b.gguf')}.part`, MODEL);
    const source = `${host.url}/m/b.gguf`;
    const notes = { version: 1, source, etag: '"v1"', modified: null, total: MODEL.length, sha256: null };
    writeFileSync(`${place('b.gguf')}.part.json`, JSON.stringify(notes));
    host.serve('/m/b.gguf', MODEL);
    await start(url('b.gguf')).result;
    expect(ranges().at(-1)).toBe(`bytes=${MODEL.length - 1}-`);
    expect(readFileSync(place('b.gguf')).equals(MODEL)).toBe(true);
  });

  it('does not go on with what belongs to another address', async () => {
    host.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'cut', after: HALF }] });
    await expect(start(url(), { tries: 1 }).result).rejects.toThrow();
    other.serve('/m/tiny.gguf', MODEL);
    await start(`${other.url}/m/tiny.gguf`).result;
    expect(other.seen.map(({ headers }) => headers.range)).toEqual([undefined]);
  });
});

describe('a length that is a lie', () => {
  it('never makes a file, when more is promised than comes', async () => {
    host.serve('/m/tiny.gguf', MODEL, { always: { do: 'claim', length: MODEL.length + 500 } });
    await expect(start(url()).result).rejects.toMatchObject({ code: 'download_failed' });
    expect(existsSync(place())).toBe(false);
  });

  it('never makes a file, when less is promised than comes', async () => {
    host.serve('/m/tiny.gguf', MODEL, { always: { do: 'claim', length: MODEL.length - 500 } });
    await expect(start(url()).result).rejects.toMatchObject({ code: 'not_a_model' });
    await expect(start(url(), { sha256: SUM }).result).rejects.toMatchObject({ code: 'checksum_mismatch' });
    expect(existsSync(place())).toBe(false);
  });

  it('is told before a byte is written when it is more than the disk has', async () => {
    host.serve('/m/tiny.gguf', MODEL, { always: { do: 'claim', length: 9e14 } });
    await expect(start(url()).result).rejects.toMatchObject({ code: 'disk_full' });
    expect(files()).toEqual([]);
  });
});

describe('a checksum', () => {
  it('is checked, also over what an earlier try had brought', async () => {
    host.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'cut', after: HALF }] });
    await expect(start(url(), { tries: 1, sha256: SUM }).result).rejects.toThrow();
    const part = readFileSync(`${place()}.part`);
    part[HALF - 5] = (part[HALF - 5] ?? 0) ^ 1;
    writeFileSync(`${place()}.part`, part);
    await expect(start(url(), { sha256: SUM }).result).rejects.toMatchObject({ code: 'checksum_mismatch' });
    expect(files()).toEqual([]);
  });

  it('of the server is believed, in either header', async () => {
    const wrong = createHash('sha256').update('something else').digest('base64');
    for (const headers of [{ 'repr-digest': `sha-256=:${wrong}:` }, { digest: `SHA-256=${wrong}` }]) {
      host.serve('/m/tiny.gguf', MODEL, { headers });
      await expect(start(url()).result).rejects.toMatchObject({ code: 'checksum_mismatch' });
    }
    const right = createHash('sha256').update(MODEL).digest('base64');
    host.serve('/m/tiny.gguf', MODEL, { headers: { 'repr-digest': `sha-256=:${right}:` } });
    await start(url()).result;
    expect(existsSync(place())).toBe(true);
  });

  it('that contradicts the server’s ends it before anything is fetched', async () => {
    const digest = createHash('sha256').update(MODEL).digest('base64');
    host.serve('/m/tiny.gguf', MODEL, { headers: { 'repr-digest': `sha-256=:${digest}:` } });
    await expect(start(url(), { sha256: 'a'.repeat(64) }).result).rejects.toMatchObject({
      code: 'checksum_mismatch',
    });
    expect(files()).toEqual([]);
  });
});

describe('what is no model', () => {
  it('is refused: a web page, and anything that does not begin like GGUF', async () => {
    const page = '<html>Please log in</html>';
    host.serve('/m/tiny.gguf', Buffer.from(page), { headers: { 'content-type': 'text/html; charset=utf-8' } });
    await expect(start(url()).result).rejects.toMatchObject({
      code: 'not_a_model',
      message: expect.stringContaining('web page'),
    });
    host.serve('/m/tiny.gguf', Buffer.from(page));
    await expect(start(url()).result).rejects.toMatchObject({ code: 'not_a_model' });
    host.serve('/m/tiny.gguf', Buffer.from('GG'));
    await expect(start(url()).result).rejects.toMatchObject({ code: 'not_a_model' });
    expect(files()).toEqual([]);
  });

  it('is refused when it is the beginning of a model only', async () => {
    host.serve('/m/tiny.gguf', MODEL.subarray(0, HALF));
    await expect(start(url()).result).rejects.toMatchObject({ code: 'not_a_model' });
    expect(files()).toEqual([]);
  });

  it('is explained by its status', async () => {
    const cases = [
      [401, 'download_denied'],
      [403, 'download_denied'],
      [404, 'download_failed'],
      [418, 'download_failed'],
    ] as const;
    for (const [status, code] of cases) {
      host.serve('/m/tiny.gguf', MODEL, { always: { do: 'answer', status } });
      await expect(start(url()).result).rejects.toMatchObject({
        code,
        message: expect.stringContaining(String(status)),
      });
    }
    expect(host.seen).toHaveLength(cases.length);
  });

  it('is told at once when nothing answers at all', async () => {
    await host.close();
    await expect(start(url()).result).rejects.toMatchObject({
      code: 'download_failed',
      message: expect.stringContaining('Nothing answers'),
    });
  });
});

describe('what is in the way', () => {
  it('is never overwritten', async () => {
    host.serve('/m/tiny.gguf', MODEL);
    writeFileSync(place(), 'mine');
    await expect(start(url()).result).rejects.toMatchObject({ code: 'file_exists' });
    expect(readFileSync(place(), 'utf8')).toBe('mine');
  });

  it('is never overwritten when it comes while the download runs', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((done) => {
      open = done;
    });
    host.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'stop', after: HALF, until: gate }] });
    const { result, told } = start(url());
    await until('half of it is there', () => told.at(-1)?.done_bytes === HALF);
    writeFileSync(place(), 'mine');
    open();
    await expect(result).rejects.toMatchObject({ code: 'file_exists' });
    expect(readFileSync(place(), 'utf8')).toBe('mine');
  });

  it('is not written by two downloads at once', async () => {
    host.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'stop', after: HALF }] });
    const first = start(url());
    await until('half of it is there', () => first.told.at(-1)?.done_bytes === HALF);
    await expect(start(url()).result).rejects.toMatchObject({ message: expect.stringContaining('already') });
    first.stop.abort(new Error('enough'));
    await expect(first.result).rejects.toThrow('enough');
    await start(url()).result;
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
  });

  it('is taken for the file itself when its sha256 says so', async () => {
    host.serve('/m/tiny.gguf', MODEL);
    writeFileSync(place(), MODEL);
    expect(await start(url(), { sha256: SUM }).result).toEqual({ path: place(), fresh: false });
    expect(host.seen).toHaveLength(0);
  });

  it('is refused when it is a link, wherever it leads', async () => {
    host.serve('/m/tiny.gguf', MODEL);
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'mine');
    symlinkSync(victim, `${place()}.part`);
    await expect(start(url()).result).rejects.toMatchObject({ code: 'permission_denied' });
    symlinkSync(victim, `${place('b.gguf')}.part.json`);
    host.serve('/m/b.gguf', MODEL);
    await expect(start(url('b.gguf')).result).rejects.toMatchObject({ code: 'permission_denied' });
    symlinkSync(victim, place('c.gguf'));
    host.serve('/m/c.gguf', MODEL);
    await expect(start(url('c.gguf')).result).rejects.toMatchObject({ code: 'file_exists' });
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });

  it('is refused when it is a second name of another file', async () => {
    host.serve('/m/tiny.gguf', MODEL);
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'mine');
    linkSync(victim, `${place()}.part`);
    await expect(start(url()).result).rejects.toMatchObject({ code: 'permission_denied' });
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });
});

describe('a download that is cancelled', () => {
  it('keeps its part and goes on from there; discarding throws it away', async () => {
    host.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'stop', after: HALF }] });
    const first = start(url());
    await until('half of it is there', () => first.told.at(-1)?.done_bytes === HALF);
    first.stop.abort(new Error('enough'));
    await expect(first.result).rejects.toThrow('enough');
    expect(statSync(`${place()}.part`).size).toBe(HALF);
    const second = start(url());
    await second.result;
    expect(ranges()).toEqual([null, `bytes=${HALF}-`]);
    expect(second.told[0]?.done_bytes).toBe(HALF);

    host.serve('/m/b.gguf', MODEL, { faults: [{ do: 'cut', after: HALF }] });
    await expect(start(url('b.gguf'), { tries: 1 }).result).rejects.toThrow();
    await discardFiles({ source: sourceOf(url('b.gguf')), folder });
    expect(files()).toEqual(['tiny.gguf']);
  });
});

describe('redirects', () => {
  it('are followed, also to another server', async () => {
    other.serve('/cdn/blob', MODEL);
    host.serve('/m/tiny.gguf', MODEL, { always: { do: 'redirect', to: '/m/b' } });
    host.serve('/m/b', MODEL, { always: { do: 'redirect', to: `${other.url}/cdn/blob`, status: 307 } });
    await start(url()).result;
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
  });

  it('are asked for anew when the download goes on', async () => {
    other.serve('/cdn/blob', MODEL, { faults: [{ do: 'cut', after: HALF }] });
    host.serve('/m/tiny.gguf', MODEL, { always: { do: 'redirect', to: `${other.url}/cdn/blob` } });
    await start(url()).result;
    expect(host.seen).toHaveLength(2);
    expect(other.seen.map(({ headers }) => headers.range)).toEqual([undefined, `bytes=${HALF}-`]);
  });

  it('that never end or lead elsewhere than to a file are refused', async () => {
    const targets = ['/m/tiny.gguf', 'ftp://example.org/x', 'http://u:p@127.0.0.1/x', 'http://'];
    for (const to of targets) {
      host.serve('/m/tiny.gguf', MODEL, { always: { do: 'redirect', to } });
      await expect(start(url()).result).rejects.toMatchObject({ code: 'download_failed', message: /redirects/ });
    }
    for (let n = 0; n < 20; n += 1)
      host.serve(`/chain/${n}`, MODEL, { always: { do: 'redirect', to: `/chain/${n + 1}` } });
    host.serve('/m/tiny.gguf', MODEL, { always: { do: 'redirect', to: '/chain/0' } });
    await expect(start(url()).result).rejects.toMatchObject({ message: /more than 10 times/ });
    expect(files()).toEqual([]);
  });
});

describe('a file on the hub', () => {
  const path = '/org/repo-GGUF/resolve/main/sub/tiny.gguf';
  const asked = 'hf:org/repo-GGUF/sub/tiny.gguf';
  const linked = { 'x-linked-etag': `"${SUM}"`, 'x-linked-size': String(MODEL.length) };

  it('is asked for by repository, revision and path; the token stays with the hub', async () => {
    other.serve('/cdn/blob', MODEL, { etag: '"cdn"' });
    const to = `${other.url}/cdn/blob`;
    host.serve('/org/repo-GGUF/resolve/refs%2Fpr%2F1/sub/tiny.gguf', MODEL, {
      always: { do: 'redirect', to, headers: linked },
    });
    await start(`${asked}@refs/pr/1`, { token: 'hf_secret' }).result;
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
    expect(host.seen[0]?.headers.authorization).toBe('Bearer hf_secret');
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
    expect(JSON.stringify(other.seen)).not.toContain('hf_secret');
  });

  it('does not get its token back when it is redirected home again', async () => {
    const away = { do: 'redirect' as const, to: `${other.url}/away`, headers: linked };
    host.serve(path, MODEL, { always: away });
    other.serve('/away', MODEL, { always: { do: 'redirect', to: `${host.url}/back` } });
    host.serve('/back', MODEL);
    await start(asked, { token: 'hf_secret' }).result;
    expect(host.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer hf_secret', undefined]);
  });

  it('is checked by the hash that the hub gives, and refused by its size', async () => {
    const wrong = Buffer.from(MODEL);
    wrong[HALF] = (wrong[HALF] ?? 0) ^ 1;
    other.serve('/cdn/blob', wrong);
    host.serve(path, MODEL, { always: { do: 'redirect', to: `${other.url}/cdn/blob`, headers: linked } });
    await expect(start(asked).result).rejects.toMatchObject({ code: 'checksum_mismatch' });
    other.serve('/cdn/blob', MODEL.subarray(0, HALF));
    await expect(start(asked).result).rejects.toMatchObject({ code: 'download_failed' });
    expect(files()).toEqual([]);
  });

  it('goes on by its hash although each of the hub’s servers has an ETag of its own', async () => {
    const blob = other.serve('/cdn/blob', MODEL, { etag: '"one"', faults: [{ do: 'cut', after: HALF }] });
    host.serve(path, MODEL, { always: { do: 'redirect', to: `${other.url}/cdn/blob`, headers: linked } });
    await expect(start(asked, { tries: 1 }).result).rejects.toThrow();
    blob.etag = '"two"';
    await start(asked).result;
    expect(other.seen.at(-1)?.headers).toMatchObject({ range: `bytes=${HALF}-` });
    expect(readFileSync(place()).equals(MODEL)).toBe(true);
  });

  it('says what a gated one needs', async () => {
    host.serve(path, MODEL, { always: { do: 'answer', status: 401 } });
    await expect(start(asked).result).rejects.toMatchObject({
      code: 'download_denied',
      hint: expect.stringContaining('HF_TOKEN'),
    });
  });

  it('in parts is got whole, whichever part was named, into a folder of its own, and seen when all is there', async () => {
    const parts = [1, 2, 3].map((n) => `big-0000${n}-of-00003.gguf`);
    for (const name of parts) host.serve(`/org/repo/resolve/main/${name}`, MODEL);
    host.serve(`/org/repo/resolve/main/${parts[2]}`, MODEL, { always: { do: 'answer', status: 404 } });
    await expect(start('hf:org/repo/big-00002-of-00003.gguf').result).rejects.toMatchObject({
      code: 'download_failed',
    });
    expect(readdirSync(join(folder, 'big')).filter((name) => name.endsWith('.gguf'))).toEqual([]);
    host.serve(`/org/repo/resolve/main/${parts[2]}`, MODEL);
    const { result, told } = start('hf:org/repo/big-00002-of-00003.gguf');
    expect(await result).toEqual({ path: join(folder, 'big'), fresh: true });
    expect(readdirSync(join(folder, 'big')).sort()).toEqual(parts);
    expect(told.some(({ total_bytes }) => total_bytes === 3 * MODEL.length)).toBe(true);
    expect(told.at(-1)?.done_bytes ?? told.at(-2)?.done_bytes).toBe(3 * MODEL.length);
  });

  it('in parts does not go through a planted link', async () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(folder, 'big'));
    for (const n of [1, 2]) host.serve(`/org/repo/resolve/main/big-0000${n}-of-00002.gguf`, MODEL);
    await expect(start('hf:org/repo/big-00001-of-00002.gguf').result).rejects.toMatchObject({ code: 'file_exists' });
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});
