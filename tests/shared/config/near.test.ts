import { expect, it } from 'vitest';
import { nearest } from '../../../shared/config/near.ts';

it.each([
  ['gatway', ['gateway', 'gpu'], 'gateway'],
  ['api-key', ['api_key', 'args'], 'api_key'],
  ['readyTimeout', ['ready_timeout', 'stop_timeout'], 'ready_timeout'],
  ['modle', ['mode', 'model'], 'model'],
  ['prot', ['port', 'host'], 'port'],
  ['KIND', ['kind'], 'kind'],
  ['d', ['a', 'b'], null],
  ['completely-else', ['gateway', 'engines'], null],
  ['', ['a'], null],
])('%j among %j means %j', (written, names, meant) => {
  expect(nearest(written, names)).toBe(meant);
});

it('is quick on a name of any length', () => {
  expect(nearest('x'.repeat(1_000_000), ['gateway'])).toBeNull();
});
