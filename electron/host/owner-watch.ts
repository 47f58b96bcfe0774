import type { ForeignOwner } from '../../shared/model.ts';
import { ownerOfPort } from './foreign-owner.ts';

/** An unchanged server is asked for its owner no more often than this. */
const AGAIN = 60_000;

/** Keeps up with who runs an external engine on this machine. */
export class OwnerWatch {
  #owner: ForeignOwner | null = null;
  #asked = Number.NEGATIVE_INFINITY;
  #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get owner(): ForeignOwner | null {
    return this.#owner;
  }

  /** `address` is that of an engine which answers and is not ours. `anew`: it just came up, so it may be somebody else's now. */
  async look(address: string | null, anew: boolean): Promise<void> {
    const now = performance.now();
    if (!anew && now - this.#asked < AGAIN) return;
    this.#asked = now;
    const port = address === null ? null : localPort(address);
    const owner = port === null ? null : await ownerOfPort(port);
    // Asked again or let go in the meantime: then this answer is about the past.
    if (this.#asked === now) this.#set(owner);
  }

  /** Nobody else runs it, or nothing runs at all. */
  clear(): void {
    this.#asked = Number.NEGATIVE_INFINITY;
    this.#set(null);
  }

  #set(owner: ForeignOwner | null): void {
    if (JSON.stringify(owner) === JSON.stringify(this.#owner)) return;
    this.#owner = owner;
    this.#changed();
  }
}

/** The port of an address on this machine, `null` for one elsewhere: who runs that can't be seen from here. */
export function localPort(address: string): number | null {
  if (!URL.canParse(address)) return null;
  const { hostname, port, protocol } = new URL(address);
  if (!/^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) return null;
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
