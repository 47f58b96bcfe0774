import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHead, readLinked, retryAfter, validatorOf } from '../../../electron/core/download-head.ts';

describe('the head of an answer', () => {
  it('tells the size of the whole file', () => {
    expect(readHead(200, { 'content-length': '100' })).toMatchObject({ total: 100, from: 0 });
    expect(readHead(206, { 'content-length': '60', 'content-range': 'bytes 40-99/100' })).toMatchObject({
      total: 100,
      from: 40,
    });
    expect(readHead(206, { 'content-range': 'bytes 40-99/*' }).total).toBeNull();
    expect(readHead(206, {}).from).toBe(-1);
    expect(readHead(200, { 'content-length': '100', 'content-encoding': 'gzip' }).total).toBeNull();
    expect(readHead(200, { 'content-length': '-1' }).total).toBeNull();
    expect(readHead(200, { 'content-length': '9'.repeat(30) }).total).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('tells a hash in both ways of writing, in hex', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, old) => {
        const hash = createHash('sha256').update(text);
        const base64 = hash.copy().digest('base64');
        const header = old ? { digest: `md5=abc, SHA-256=${base64}` } : { 'repr-digest': `sha-256=:${base64}:` };
        expect(readHead(200, header).sha256).toBe(hash.digest('hex'));
      }),
    );
    expect(readHead(200, { etag: `"${'a'.repeat(64)}"` }).sha256).toBeNull();
    expect(readHead(200, { digest: 'sha-256=short' }).sha256).toBeNull();
  });

  it('tells a page from a file', () => {
    expect(readHead(200, { 'content-type': 'text/html; charset=utf-8' }).isPage).toBe(true);
    expect(readHead(200, { 'content-type': 'application/octet-stream' }).isPage).toBe(false);
  });
});

describe('what the hub says', () => {
  it('counts with or without quotes', () => {
    const sum = 'ab'.repeat(32);
    expect(readLinked({ 'x-linked-etag': `"${sum}"`, 'x-linked-size': '7' })).toEqual({ sha256: sum, size: 7 });
    expect(readLinked({ etag: sum }).sha256).toBe(sum);
    expect(readLinked({ etag: '"0123456789abcdef0123456789abcdef01234567"' }).sha256).toBeNull();
  });
});

describe('what proves that a file is still the same', () => {
  it('is a strong ETag, else a date', () => {
    expect(validatorOf({ etag: '"a"', modified: 'date' })).toBe('"a"');
    expect(validatorOf({ etag: 'W/"a"', modified: 'date' })).toBe('date');
    expect(validatorOf({ etag: 'W/"a"', modified: null })).toBeNull();
  });
});

describe('Retry-After', () => {
  it('is seconds or a date', () => {
    const now = Date.parse('2026-03-02T10:00:00Z');
    expect(retryAfter({ 'retry-after': '7' }, now)).toBe(7_000);
    expect(retryAfter({ 'retry-after': 'Mon, 02 Mar 2026 10:00:30 GMT' }, now)).toBe(30_000);
    expect(retryAfter({ 'retry-after': 'Mon, 02 Mar 2026 09:00:30 GMT' }, now)).toBe(0);
    expect(retryAfter({ 'retry-after': 'soon' }, now)).toBeNull();
    expect(retryAfter({}, now)).toBeNull();
  });
});
