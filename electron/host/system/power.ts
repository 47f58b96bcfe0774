import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onBattery } from '../../core/system/power-supply.ts';

/** Whether this Linux runs on its battery, by `sys` (`/sys`); `null` = it has none. */
export async function batteryState(sys: string): Promise<boolean | null> {
  const folder = join(sys, 'class', 'power_supply');
  const names = await readdir(folder).catch(() => []);
  const supplies = await Promise.all(
    names.map(async (name) => {
      const [type, scope, online, status] = await Promise.all(
        ['type', 'scope', 'online', 'status'].map((file) =>
          readFile(join(folder, name, file), 'utf8').then(
            (text) => text.trim(),
            () => null,
          ),
        ),
      );
      return { type: type ?? null, scope: scope ?? null, online: online ?? null, status: status ?? null };
    }),
  );
  return onBattery(supplies);
}
