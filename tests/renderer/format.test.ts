import { describe, expect, it } from 'vitest';
import {
  ago,
  bare,
  bytes,
  clock,
  count,
  duration,
  fileName,
  percent,
  plural,
  rate,
  speed,
  uptime,
} from '../../renderer/format.ts';

/** Units hang on a no-break space; tests are easier to read without. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('format', () => {
  it.each([
    [null, '–'],
    [0, '0 B'],
    [999, '999 B'],
    [1500, '2 kB'],
    [612_000_000, '612 MB'],
    [999_700_000, '1.0 GB'],
    [5_900_000_000, '5.9 GB'],
    [99_960_000_000, '100 GB'],
  ])('bytes %s → %s', (value, text) => expect(plain(bytes(value))).toBe(text));

  it.each([
    [null, '–'],
    [0, '0 ms'],
    [240, '240 ms'],
    [1500, '1.5 s'],
    [9960, '10 s'],
    [48_000, '48 s'],
    [108_000, '1:48'],
    [3_599_400, '59:59'],
    [7_500_000, '2 h 5 min'],
    [7_200_000, '2 h'],
    [3 * 86_400_000, '3 days'],
  ])('duration %s → %s', (value, text) => expect(plain(duration(value))).toBe(text));

  it.each([
    [0, 'Just started'],
    [59_999, 'Just started'],
    [60_000, 'Up 1 min'],
    [3_599_999, 'Up 59 min'],
    [3_600_000, 'Up 1 h'],
    [7_530_000, 'Up 2 h 5 min'],
    [3 * 86_400_000, 'Up 3 days'],
    [Number.NaN, 'Just started'],
  ])('uptime %s → %s', (value, text) => expect(plain(uptime(value))).toBe(text));

  it('says how often a second, and how long ago', () => {
    expect([null, 0, 0.05, 0.333, 2.44, 9.96, 118.4].map(rate)).toEqual([
      '–',
      '0',
      '0.05',
      '0.33',
      '2.4',
      '10',
      '118',
    ]);
    const now = Date.parse('2026-01-02T12:00:00.000Z');
    const said = (ms: number) => plain(ago(new Date(now - ms).toISOString(), now));
    expect([0, 59_999, 60_000, 3_600_000, 47 * 3_600_000, 49 * 3_600_000].map(said)).toEqual([
      'now',
      'now',
      '1 min ago',
      '1 h ago',
      '47 h ago',
      '2 days ago',
    ]);
  });

  it('never says 100 % before it is done', () => {
    expect([null, 0, 0.43, 0.999, 1].map((v) => plain(percent(v)))).toEqual(['–', '0 %', '43 %', '99 %', '100 %']);
  });

  it('counts and speeds', () => {
    expect([null, 7, 24_000, 1_234_567].map(count)).toEqual(['–', '7', '24,000', '1,234,567']);
    expect([null, 118.4, 3.44, Number.POSITIVE_INFINITY].map((v) => plain(speed(v)))).toEqual([
      '–',
      '118 tok/s',
      '3.4 tok/s',
      '–',
    ]);
    expect([1, 3].map((n) => plain(plural(n, 'model')))).toEqual(['1 model', '3 models']);
  });

  it('tells times of day, addresses and names of files', () => {
    expect(clock(null)).toBe('–');
    expect(clock('nonsense')).toBe('–');
    const at = new Date(2026, 10, 23, 14, 9, 2, 7).toISOString();
    expect(clock(at)).toBe('14:09:02');
    expect(clock(at, true)).toBe('14:09:02.007');
    expect(bare('http://127.0.0.1:4000/')).toBe('127.0.0.1:4000');
    expect(fileName('C:\\Users\\a\\stackyard.yaml')).toBe('stackyard.yaml');
  });
});
