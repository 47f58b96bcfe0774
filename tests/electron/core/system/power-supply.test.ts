import { expect, it } from 'vitest';
import { onBattery, type PowerSupply } from '../../../../electron/core/system/power-supply.ts';

const supply = (change: Partial<PowerSupply>): PowerSupply => ({
  type: null,
  scope: null,
  online: null,
  status: null,
  ...change,
});
const mains = (online: string) => supply({ type: 'Mains', online });
const battery = (status: string) => supply({ type: 'Battery', status });

it.each<[string, PowerSupply[], boolean | null]>([
  ['a desktop has none', [], null],
  ['a desktop with a plug that says so', [mains('1')], null],
  ['plugged in', [mains('1'), battery('Charging')], false],
  ['pulled', [mains('0'), battery('Discharging')], true],
  [
    'charged by one of two ports',
    [supply({ type: 'USB', online: '0' }), supply({ type: 'USB', online: '1' }), battery('Full')],
    false,
  ],
  ['plugged in, and the battery helps out', [mains('1'), battery('Discharging')], false],
  ['no plug that tells: the battery does', [battery('Discharging')], true],
  ['two batteries, one rests', [battery('Not charging'), battery('Discharging')], true],
  ['nobody knows', [battery('Unknown')], null],
  ['the battery of a mouse is none', [supply({ type: 'Battery', scope: 'Device', status: 'Discharging' })], null],
  ['a UPS is no plug', [supply({ type: 'UPS', online: '1' }), mains('0'), battery('Discharging')], true],
])('%s', (_what, supplies, expected) => expect(onBattery(supplies)).toBe(expected));
