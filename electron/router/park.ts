/** A request that waits for an engine. It owns its one timer; the lot only knows where it stands. */
export interface Parked {
  /** The engine that it waits for. */
  readonly engine: string;
  /** Monotonic ms at which it began to wait. */
  readonly since: number;
  /** Looks again whether it can go on; leaves the lot by itself when it can. */
  look(): void;
  /** Ends the wait with an error: the router is leaving. */
  dismiss(): void;
}

/** The requests that wait, first come first. Demand is read from it as a level. */
export interface Lot {
  readonly size: number;
  enter(parked: Parked): void;
  leave(parked: Parked): void;
  /** Lets everybody look, oldest first: a table came, or a slot was freed. */
  wake(): void;
  dismissAll(): void;
  /** Engine → how many wait for it and since when the oldest does. */
  demand(): Map<string, { waiting: number; since: number }>;
}

/** An empty lot; `changed` is called when somebody entered, left or may wait for another engine. */
export function createLot(changed: () => void): Lot {
  const waiting = new Set<Parked>();
  return {
    get size() {
      return waiting.size;
    },
    enter(parked) {
      waiting.add(parked);
      changed();
    },
    leave(parked) {
      if (waiting.delete(parked)) changed();
    },
    wake() {
      if (waiting.size === 0) return;
      for (const parked of [...waiting]) if (waiting.has(parked)) parked.look();
      changed();
    },
    dismissAll() {
      for (const parked of [...waiting]) parked.dismiss();
    },
    demand() {
      const engines = new Map<string, { waiting: number; since: number }>();
      for (const { engine, since } of waiting) {
        const entry = engines.get(engine);
        if (entry) {
          entry.waiting += 1;
          entry.since = Math.min(entry.since, since);
        } else {
          engines.set(engine, { waiting: 1, since });
        }
      }
      return engines;
    },
  };
}
