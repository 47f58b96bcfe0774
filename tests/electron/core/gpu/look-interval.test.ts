import { expect, it } from 'vitest';
import { lookInterval } from '../../../../electron/core/gpu/look-interval.ts';

const TIMES = { watched: 1_000, absent: 10_000 };
const usual = { watched: false, every: 5_000, onBattery: false, none: false };

it.each([
  ['each second while somebody watches, on a battery too', { watched: true, onBattery: true }, 1_000],
  ['`gpu.every` otherwise', {}, 5_000],
  ['more slowly on a battery', { onBattery: true }, 30_000],
  ['never faster than once a second', { every: 10 }, 1_000],
  ['seldom where there is no card', { none: true }, 10_000],
  ['not at all with `null`, unless somebody watches', { every: null }, null],
  ['watched with `null`', { every: null, watched: true }, 1_000],
])('%s', (_what, change, expected) => expect(lookInterval({ ...usual, ...change }, TIMES)).toBe(expected));
