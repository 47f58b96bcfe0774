import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  date,
  duration,
  httpUrl,
  MAX_DURATION_MS,
  origin,
  parseDuration,
  parseSize,
} from '../../../shared/config/scalars.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['1.5s', 1500],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['10', 's', '10 s', '-1s', '1d', '1e3s', '10S', ''])('%j is none', (text) =>
    expect(parseDuration(text)).toBeNull(),
  );

  it('longer than a timer can wait are refused', () => {
    expect(v.safeParse(duration, '596h').success).toBe(true);
    expect(v.safeParse(duration, '597h').success).toBe(false);
  });

  it('are whole milliseconds that a timer can wait, or refused', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constantFrom('ms', 's', 'm', 'h'), (n, unit) => {
        const result = v.safeParse(duration, `${n}${unit}`);
        if (!result.success) return;
        expect(Number.isSafeInteger(result.output)).toBe(true);
        expect(result.output).toBeLessThanOrEqual(MAX_DURATION_MS);
      }),
    );
  });
});

describe('sizes', () => {
  it.each([
    ['1KiB', 1024],
    ['64MiB', 67_108_864],
    ['1.5GiB', 1_610_612_736],
  ])('%s is %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(['64MB', '64', 'MiB', '64 MiB', '1TiB'])('%j is none', (text) => expect(parseSize(text)).toBeNull());
});

describe('addresses', () => {
  const ok = (schema: v.GenericSchema<unknown, unknown>, text: string) => v.safeParse(schema, text).success;

  it('are http or https', () => {
    for (const text of ['http://a', 'https://[::1]:80/v1', 'http://a/b/c', '${env:URL}'])
      expect(ok(httpUrl, text)).toBe(true);
    for (const text of ['a:80', 'ftp://a', 'http://', 'http://a/?q', 'http://a b'])
      expect(ok(httpUrl, text)).toBe(false);
  });

  it('of web pages have no path', () => {
    expect(ok(origin, 'http://localhost:3000')).toBe(true);
    for (const text of ['*', 'localhost', 'http://a/', 'http://a/b']) expect(ok(origin, text)).toBe(false);
  });

  it('of days are days', () => {
    for (const text of ['2027-01-31', '2027-01-31T10:00:00Z', '2027-01-31T10:00+02:00'])
      expect(ok(date, text)).toBe(true);
    for (const text of ['2027-13-01', '31.1.2027', '2027', 'soon']) expect(ok(date, text)).toBe(false);
  });
});
