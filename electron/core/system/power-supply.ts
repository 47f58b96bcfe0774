/** Whether a machine runs on its battery, by the files of `/sys/class/power_supply` (kernel: ABI/testing/sysfs-class-power). */

/** One folder there: the trimmed text of its files by name. */
export type PowerSupply = Readonly<Record<'type' | 'scope' | 'online' | 'status', string | null>>;

/** `null` = there is no battery of the machine's own. The battery of a mouse (`scope` Device) is none. */
export function onBattery(supplies: readonly PowerSupply[]): boolean | null {
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  const batteries = own.filter(({ type }) => type === 'Battery');
  if (batteries.length === 0) return null;
  const plugs = own.filter(({ type, online }) => type !== 'Battery' && type !== 'UPS' && online !== null);
  if (plugs.length > 0) return plugs.every(({ online }) => online === '0');
  const known = batteries.filter(({ status }) => status !== null && status !== 'Unknown');
  return known.length === 0 ? null : known.some(({ status }) => status === 'Discharging');
}
