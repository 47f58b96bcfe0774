/**
 * `/proc/PID/fdinfo/N` of an open render node: how much memory of which card a client holds, for every driver that tells
 * (kernel documentation: gpu/drm-usage-stats; 5.19 and newer).
 */

export interface DrmClient {
  /** PCI address, `0000:03:00.0`. */
  readonly bus: string;
  /** Several descriptors of one client tell the same amounts. */
  readonly client: string;
  /** Bytes in the card's own memory. */
  readonly own: number | null;
  /** Bytes of the machine's memory that the card may use. */
  readonly shared: number | null;
}

/** Names of regions: amdgpu and xe write `vram0`, i915 `local0`; the others are the machine's. */
const OWN = /^(?:vram|local)\d*$/;
const SHARED = /^(?:gtt|system|stolen-system|cpu)\d*$/;

/** `null` for a descriptor that is no client of a card. */
export function parseFdinfo(text: string): DrmClient | null {
  const entries = new Map(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const] : [];
    }),
  );
  const bus = entries.get('drm-pdev');
  const client = entries.get('drm-client-id');
  if (bus === undefined || client === undefined) return null;
  return { bus, client, own: regions(entries, OWN), shared: regions(entries, SHARED) };
}

/** Bytes of one process per card; `unified` cards count the machine's memory too. */
export function memoryByCard(
  clients: readonly DrmClient[],
  unified: ReadonlySet<string>,
): Map<string, number | null> {
  const once = new Map(clients.map((one) => [`${one.bus} ${one.client}`, one]));
  const sums = new Map<string, number | null>();
  for (const { bus, own, shared } of once.values()) {
    const parts = (unified.has(bus) ? [own, shared] : [own]).filter((part) => part !== null);
    const before = sums.get(bus) ?? null;
    if (parts.length === 0) sums.set(bus, before);
    else sums.set(bus, (before ?? 0) + parts.reduce((sum, part) => sum + part, 0));
  }
  return sums;
}

/** What is really there counts before what was asked for; amdgpu of older kernels has its own word for it. */
function regions(entries: ReadonlyMap<string, string>, which: RegExp): number | null {
  for (const prefix of ['drm-resident-', 'drm-memory-', 'drm-total-']) {
    const amounts = [...entries].flatMap(([name, value]) =>
      name.startsWith(prefix) && which.test(name.slice(prefix.length)) ? [sizeOf(value)] : [],
    );
    const known = amounts.filter((amount) => amount !== null);
    if (known.length > 0) return known.reduce((sum, amount) => sum + amount, 0);
  }
  return null;
}

/** `123 KiB`, `4 MiB`, or bytes without a unit. */
function sizeOf(text: string): number | null {
  const m = /^(\d+)(?:\s*(KiB|MiB))?$/.exec(text);
  if (m === null) return null;
  return Number(m[1]) * (m[2] === 'KiB' ? 1024 : m[2] === 'MiB' ? 1024 ** 2 : 1);
}
