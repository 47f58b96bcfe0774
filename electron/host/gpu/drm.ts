/** The machine's cards by the kernel's own files: which makers there are, and what they tell without a tool. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { GpuVendor } from '../../../shared/gpu.ts';
import { CARD_FILES, type DrmCard, HWMON_FILES, makerOf } from '../../core/gpu/drm-card.ts';
import { type DrmClient, parseFdinfo } from '../../core/gpu/drm-fdinfo.ts';

/** The cards of one maker that have a driver, in the order of their numbers. */
export async function drmCards(sys: string, maker: GpuVendor): Promise<DrmCard[]> {
  const drm = join(sys, 'class', 'drm');
  // `card0-HDMI-A-1` is a plug of card0.
  const numbers = (await names(drm)).flatMap((name) => /^card(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  const cards = await Promise.all(numbers.sort((a, b) => a - b).map((number) => readCard(drm, number)));
  return cards.filter((card) => makerOf(card.files.get('vendor')) === maker);
}

/** Whether a display controller of this maker is on the PCI bus, with or without a driver. */
export async function isOnBus(sys: string, maker: GpuVendor): Promise<boolean> {
  const devices = join(sys, 'bus', 'pci', 'devices');
  const found = await Promise.all(
    (await names(devices)).map(async (name) => {
      const kind = await text(join(devices, name, 'class'));
      // 0x03: display controllers, also those without a plug (0x0302).
      if (!kind?.startsWith('0x03')) return false;
      return makerOf((await text(join(devices, name, 'vendor'))) ?? undefined) === maker;
    }),
  );
  return found.includes(true);
}

/** What every process that we may look into holds of any card. One process after the other: this is no hurry. */
export async function drmClients(proc: string): Promise<Map<number, DrmClient[]>> {
  const clients = new Map<number, DrmClient[]>();
  for (const name of await names(proc)) {
    if (!/^\d+$/.test(name)) continue;
    const found = await clientsOf(join(proc, name));
    if (found.length > 0) clients.set(Number(name), found);
  }
  return clients;
}

async function clientsOf(folder: string): Promise<DrmClient[]> {
  const open = await Promise.all(
    (await names(join(folder, 'fd'))).map(async (fd) => {
      const path = await readlink(join(folder, 'fd', fd)).catch(() => '');
      if (!/\/dev\/dri\/(?:render|card)/.test(path)) return null;
      const info = await text(join(folder, 'fdinfo', fd));
      return info === null ? null : parseFdinfo(info);
    }),
  );
  return open.filter((client) => client !== null);
}

async function readCard(drm: string, number: number): Promise<DrmCard> {
  const device = join(drm, `card${number}`, 'device');
  const [hwmon] = (await names(join(device, 'hwmon'))).filter((name) => name.startsWith('hwmon'));
  const wanted = [
    ...CARD_FILES.map((name) => [name, join(device, name)] as const),
    ...(hwmon === undefined
      ? []
      : HWMON_FILES.map((name) => [`hwmon/${name}`, join(device, 'hwmon', hwmon, name)] as const)),
  ];
  const files = new Map<string, string>();
  await Promise.all(
    wanted.map(async ([name, path]) => {
      const content = await text(path);
      if (content !== null) files.set(name, content);
    }),
  );
  return { number, files };
}

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
const text = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
