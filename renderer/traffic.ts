/** The window's copy of what went through the gateway of late. Followed by the pages that show it, while they can be seen. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { TargetTraffic, Traffic } from '../shared/traffic.ts';
import { bridge } from './bridge.ts';
import { whileSeen } from './seen.ts';
import { share } from './share.ts';

export interface SeenTraffic {
  /** `null` until the host has told. */
  readonly traffic: Traffic | null;
  /** By `ENGINE/MODEL`. */
  readonly targets: ReadonlyMap<string, TargetTraffic>;
}

const NOTHING: SeenTraffic = { traffic: null, targets: new Map() };

export const traffic = createStore<SeenTraffic>(() => NOTHING);

/** Takes the newest figures in; a target that nobody used keeps its identity. */
export function acceptTraffic(next: Traffic): void {
  const before = traffic.getState().targets;
  const targets = new Map(
    next.targets.map((one) => [`${one.engine}/${one.model}`, share(before.get(`${one.engine}/${one.model}`), one)]),
  );
  traffic.setState({ traffic: next, targets });
}

/** For a page that shows it: listens while the page is there and can be seen. Gives back what ends it. */
export function followTraffic(): () => void {
  const to = bridge();
  const off = to.on('traffic', acceptTraffic);
  const end = whileSeen(() => {
    void to.call('traffic.watch', { on: true });
    return () => void to.call('traffic.watch', { on: false });
  });
  return () => {
    off();
    end();
  };
}

/** Part of the figures; renders again only when that part's identity changes. */
export const useTraffic = <T>(pick: (seen: SeenTraffic) => T): T => useStore(traffic, pick);
