/**
 * All engines together: who is wanted, in which order, and who of a group may run. One owner, one mailbox (each unit's); the
 * rules are the core's, and the host shows what came of them.
 */
import { performance } from 'node:perf_hooks';
import type { Config } from '../../shared/config/schema.ts';
import type { RouterReport } from '../../shared/contract/router.ts';
import type { Cause } from '../../shared/model.ts';
import {
  blockCause,
  blockOf,
  isLeanedOn,
  isNeeded,
  missingNeed,
  needsOf,
  notNeededBeside,
} from '../core/dependencies.ts';
import type { EngineFacts } from '../core/engine-facts.ts';
import { decideGroup, type GroupMember } from '../core/groups.ts';
import { type AllFacts, groupHolder, leaning, withBlocks } from '../core/stack-facts.ts';
import { startOrder, stopOrder } from '../core/start-order.ts';
import type { EngineUnit } from './engine-unit.ts';
import type { Pins } from './pins.ts';
import { Upkeep } from './upkeep.ts';

/** Somebody wants an engine up, and it may have to wait for others first. */
interface Wish {
  readonly by: 'user' | 'app' | 'demand';
  readonly at: number;
}

export class Stack {
  #pins: Pins;
  #changed: () => void;
  #units = new Map<string, EngineUnit>();
  #engines: Config['engines'] = {};
  #wishes = new Map<string, Wish>();
  /** Why a wish was given up, until there is another one. */
  #refused = new Map<string, Cause>();
  #madeRoom = new Map<string, number>();
  /** Age of the oldest request parked for an engine, ms. */
  #oldest = new Map<string, number | null>();
  #upkeep = new Upkeep();
  #timer: NodeJS.Timeout | undefined;
  /** Whether "Stack on" is ticked. */
  on = false;
  /** Units that left the config and are not gone yet: until then their group has a living member. */
  departing: () => readonly EngineUnit[] = () => [];
  #arranging = false;

  /** `changed` is called when something changed that is no engine's own. */
  constructor(pins: Pins, changed: () => void) {
    this.#pins = pins;
    this.#changed = changed;
  }

  /** In file order. */
  get units(): readonly EngineUnit[] {
    return [...this.#units.values()];
  }

  unit(name: string): EngineUnit | undefined {
    return this.#units.get(name);
  }

  facts(): AllFacts {
    const facts = (unit: EngineUnit): EngineFacts => ({
      ...unit.facts(),
      pinned: this.#pins.has(unit.name),
      wished: this.#wishes.has(unit.name),
      block: null,
      idleStopAt: this.#upkeep.stopsAt(unit.name),
      madeRoom: this.#madeRoom.get(unit.name) ?? 0,
    });
    return withBlocks(this.units.map((unit) => [unit.name, facts(unit)] as const));
  }

  /** The engines of a config in its order; units that stay are handed in again. */
  arrange(config: Config, units: ReadonlyMap<string, EngineUnit>): void {
    this.#engines = config.engines;
    this.#units = new Map(units);
    for (const name of this.#wishes.keys()) if (!this.#units.has(name)) this.#wishes.delete(name);
    this.#upkeep.keep(new Set(units.keys()));
    this.advance();
  }

  /** Puts a newly made unit in the place of one that is gone; the order stays. */
  replace(old: EngineUnit, next: EngineUnit): void {
    if (this.#units.get(old.name) === old) this.#units.set(old.name, next);
  }

  /** Whether an engine is still to be started once others allow it. */
  isWished(name: string): boolean {
    return this.#wishes.has(name);
  }

  /** Whether nothing is on its way up, or still to be started. */
  get isCalm(): boolean {
    const coming = ({ state, name }: EngineUnit): boolean =>
      state.phase.is === 'starting' || state.phase.is === 'loading' || this.isWished(name);
    return !this.units.some(coming);
  }

  /** Whether an engine may not be ended yet: one that depends on it is still on its way down. */
  isLeanedOn(name: string): boolean {
    return isLeanedOn(this.#leaning(), name);
  }

  /** Whether an engine that depends on this one is up, or wanted. */
  isNeeded(name: string): boolean {
    const wanted = (other: string) => this.#wishes.has(other) || (this.unit(other)?.facts().waiting ?? 0) > 0;
    return isNeeded(this.#leaning(), name, wanted);
  }

  /** Those of the given engines that can be stopped together: nothing that stays up needs them. */
  notNeededBeside(names: readonly string[]): readonly string[] {
    return notNeededBeside(this.#leaning(), names);
  }

  isPinned(name: string): boolean {
    return this.#pins.has(name);
  }

  /** Keeps an engine up, or lets it go again; resolves when that is on disk. */
  async pin(name: string, on: boolean): Promise<void> {
    const written = this.#pins.set(name, on);
    this.#changed();
    await written;
  }

  /** `start_all`: ends every hold and starts what starts with the app. Gives the names it waits for. */
  startAll(by: 'user' | 'app'): readonly string[] {
    this.on = true;
    for (const unit of this.#units.values()) unit.post({ type: 'release' });
    const names = this.units.filter((unit) => unit.config.start === 'with-app').map((unit) => unit.name);
    this.start(names, by);
    return names;
  }

  /** Wants these up, after what they depend on and by the rules of their groups. */
  start(names: readonly string[], by: 'user' | 'app' | 'demand'): void {
    if (by !== 'demand') this.on = true;
    // What can't come up for a request is not tried, and so is nothing that needs it; a person's word reaches it.
    const reachable = names.filter((name) => by !== 'demand' || blockOf(this.#leaning(), name) === null);
    for (const name of startOrder(this.#engines, reachable)) {
      const unit = this.#units.get(name);
      if (unit === undefined) continue;
      if (by !== 'demand') {
        unit.post({ type: 'release' });
        this.#upkeep.used(name, performance.now());
      }
      this.#wish(name, by);
    }
    this.advance();
  }

  /** `stop_all`: stops and holds every managed engine. */
  stopAll(): void {
    this.on = false;
    this.stop([...this.#units.keys()], 'user');
  }

  /** All begin to drain at once; each is ended only after those of them that need it, or when its own time is over. */
  stop(names: readonly string[], by: 'user' | 'quit' | 'memory'): void {
    for (const name of stopOrder(this.#engines, names)) {
      this.#wishes.delete(name);
      this.#units.get(name)?.post({ type: 'want-down', by, hold: by === 'user' });
    }
    this.advance();
  }

  /** Each comes back after those of them that it needs. */
  restart(names: readonly string[]): void {
    this.on = true;
    for (const name of startOrder(this.#engines, names)) {
      const unit = this.#units.get(name);
      if (unit === undefined || !names.includes(name)) continue;
      unit.post({ type: 'release' });
      const waits = needsOf(this.#leaning(), name).some((need) => names.includes(need)) || this.#isMissing(name);
      if (!waits && isUp(unit) && !unit.leaving) unit.post({ type: 'restart', by: 'user' });
      else {
        unit.post({ type: 'want-down', by: 'user', hold: false });
        for (const wished of startOrder(this.#engines, [name]))
          if (!isReady(this.#units.get(wished))) this.#wish(wished, 'user');
        this.#wish(name, 'user');
      }
    }
    this.advance();
  }

  /** Why an engine that was wanted up did not come up. */
  whyDown(unit: EngineUnit): Cause {
    const refused = this.#refused.get(unit.name);
    if (refused !== undefined) return refused;
    const p = unit.state.phase;
    if ('cause' in p && p.cause !== null) return p.cause;
    return { code: 'cancelled', message: `${unit.name} was stopped meanwhile.`, hint: null };
  }

  /** What the router sees: demand wakes engines, counts end draining, bytes are heartbeats. */
  heed(report: RouterReport): void {
    const now = performance.now();
    const demanded: string[] = [];
    for (const unit of this.#units.values()) {
      const { name } = unit;
      const seen = report.engines[name];
      const lastByte = seen?.last_byte_ms ?? null;
      unit.flight(seen?.in_flight ?? 0, seen?.waiting ?? 0, seen?.cooling ?? {}, lastByte);
      if (lastByte !== null) this.#upkeep.used(name, now - lastByte);
      this.#oldest.set(name, seen?.oldest_ms ?? null);
      if ((seen?.waiting ?? 0) === 0 || !wakeable(unit) || !isDown(unit)) continue;
      // A member of a group is started by the group's rule, what it needs by its request.
      if (unit.config.group === null) demanded.push(name);
      else if (blockOf(this.#leaning(), name) === null) demanded.push(...this.#missing(name));
    }
    if (demanded.length > 0) this.start(demanded, 'demand');
    else this.advance();
  }

  /** The router is gone: nothing is in flight or waiting until the next one reports. */
  forgetRouter(): void {
    for (const unit of this.#units.values()) unit.flight(0, 0, {}, null);
  }

  woke(): void {
    this.#upkeep.woke();
    for (const unit of this.#units.values()) unit.post({ type: 'woke' });
  }

  /** Its memory was measured anew. */
  weigh(unit: EngineUnit): void {
    if (!unit.leaving) this.#upkeep.weigh(unit, performance.now());
  }

  /**
   * Moves every wish on as far as dependencies and groups allow, and stops what is idle. The host calls it after every change of
   * an engine, so it must settle: called again without a change in between, it posts nothing.
   */
  advance(): void {
    if (this.#arranging) return;
    this.#arranging = true;
    clearTimeout(this.#timer);
    try {
      for (const [name, wish] of [...this.#wishes]) this.#grant(name, wish);
      const at = performance.now();
      const times = [...this.#decideGroups(at), ...this.#stopIdle(at)].filter((time) => time !== null);
      if (times.length === 0) return;
      const wait = Math.min(2 ** 31 - 1, Math.max(10, Math.min(...times) - at));
      this.#timer = setTimeout(() => this.advance(), wait);
    } finally {
      this.#arranging = false;
    }
  }

  /** Lets go of timers; engines are left as they are. */
  close(): void {
    this.#arranging = true;
    clearTimeout(this.#timer);
  }

  #wish(name: string, by: Wish['by']): void {
    const old = this.#wishes.get(name);
    this.#refused.delete(name);
    if (old === undefined || (old.by === 'demand' && by !== 'demand'))
      this.#wishes.set(name, { by, at: performance.now() });
  }

  #grant(name: string, wish: Wish): void {
    const unit = this.#units.get(name);
    if (unit === undefined) return void this.#wishes.delete(name);
    // Its successor is made once it is gone, and gets the wish.
    if (unit.leaving) return;
    const block = blockOf(this.#leaning(), name);
    if (block !== null && (wish.by === 'demand' || block.code !== 'engine_stopped'))
      return this.#refuse(unit, blockCause(block), wish);
    if (this.#isMissing(name)) return;
    if (unit.config.group !== null && !isUp(unit)) return;
    this.#wishes.delete(name);
    unit.post({ type: 'want-up', by: wish.by });
  }

  #refuse(unit: EngineUnit, cause: Cause, wish: Wish): void {
    this.#wishes.delete(unit.name);
    this.#refused.set(unit.name, cause);
    if (wish.by !== 'demand') unit.log.append(`Not started: ${cause.message}`, 'warn');
  }

  #decideGroups(at: number): (number | null)[] {
    const groups = new Set(this.units.map((unit) => unit.config.group).filter((group) => group !== null));
    return [...groups].map((group) => {
      const members = [...this.units, ...this.departing()].filter((unit) => unit.config.group === group);
      const decision = decideGroup({ at, members: members.map((unit) => this.#member(unit, at)) });
      for (const unit of members) {
        unit.yielding = decision.drain.includes(unit.name);
        if (!unit.yielding) continue;
        if (unit.name === decision.holder) this.#tellSwitch(unit, group, decision.next);
        unit.post({ type: 'want-down', by: 'demand', hold: false });
      }
      if (decision.blocked_by !== null) for (const unit of members) this.#refuseHeld(unit, group);
      if (decision.start !== null) this.#startMember(decision.start);
      return decision.check_at;
    });
  }

  #tellSwitch(unit: EngineUnit, group: string, next: string | null): void {
    const count = (this.#madeRoom.get(unit.name) ?? 0) + 1;
    this.#madeRoom.set(unit.name, count);
    unit.log.append(
      `Makes room for ${next ?? 'another one'} in the group ${group}, for the ${ordinal(count)} time.`,
      'info',
    );
  }

  /** A person is told at once that a member stays; who asks again once it is gone is heard. */
  #refuseHeld(unit: EngineUnit, group: string): void {
    const wish = this.#wishes.get(unit.name);
    if (wish?.by !== 'user' || isUp(unit)) return;
    const holder = groupHolder(unit.name, this.facts());
    if (holder === null) return;
    const why = this.#pins.has(holder) ? 'is pinned' : 'is not Stackyard’s to stop';
    const hint = this.#pins.has(holder)
      ? `Unpin it, or stop it: \`stackyard unpin ${holder}\`.`
      : `Stop ${holder} first.`;
    this.#refuse(unit, { code: 'group_held', message: `${holder} ${why} and holds the group ${group}.`, hint }, wish);
  }

  #startMember(name: string): void {
    if (this.#units.get(name)?.leaving) return;
    const wish = this.#wishes.get(name);
    this.#wishes.delete(name);
    this.#units.get(name)?.post({ type: 'want-up', by: wish?.by ?? 'demand' });
  }

  #stopIdle(at: number): (number | null)[] {
    return this.units.map((unit) => {
      const { name } = unit;
      if (unit.leaving || unit.config.idle_stop === null) return null;
      return this.#upkeep.look(unit, { pinned: this.#pins.has(name), needed: this.isNeeded(name) }, at);
    });
  }

  #member(unit: EngineUnit, at: number): GroupMember {
    const facts = unit.facts();
    const wish = this.#wishes.get(unit.name);
    const ready = unit.state.phase.is === 'ready';
    const may = wish === undefined || wish.by === 'demand' ? wakeable(unit) : !unit.leaving;
    return {
      name: unit.name,
      phase: unit.state.phase.is,
      owner: unit.state.owner,
      pinned: this.#pins.has(unit.name),
      // One that waits for what it needs does not keep the group from the others.
      startable: may && !this.#isMissing(unit.name),
      in_flight: facts.inFlight,
      waiting: facts.waiting,
      oldest_ms: this.#oldest.get(unit.name) ?? null,
      asked_ms: wish === undefined || wish.by === 'demand' ? null : at - wish.at,
      ready_since: ready ? unit.state.since : null,
      lingering: unit.state.run?.exited === true,
    };
  }

  #leaning(): ReturnType<typeof leaning> {
    const all = this.units.map((unit) => [unit.name, { config: unit.config, state: unit.state }] as const);
    return leaning(all, (name) => this.#wishes.has(name));
  }

  #isMissing(name: string): boolean {
    return missingNeed(this.#leaning(), name) !== null;
  }

  #missing(name: string): readonly string[] {
    return needsOf(this.#leaning(), name).filter((need) => !isReady(this.#units.get(need)));
  }
}

/** Whether a request alone may start it. */
function wakeable(unit: EngineUnit): boolean {
  const { state, config } = unit;
  if (state.phase.is === 'failed' && !state.phase.mayRetry) return false;
  return !unit.leaving && !state.held && config.start !== 'manual' && state.owner !== 'external';
}

/** Not running, or on its way there: where a request’s wish changes something. */
const isDown = (unit: EngineUnit) => ['stopped', 'failed', 'draining', 'stopping'].includes(unit.state.phase.is);

const isUp = (unit: EngineUnit) => !['stopped', 'failed', 'backoff'].includes(unit.state.phase.is);

const isReady = (unit: EngineUnit | undefined) => unit?.state.phase.is === 'ready';

const ordinal = (n: number): string => {
  const last = n % 100 > 10 && n % 100 < 14 ? 0 : n % 10;
  return `${n}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
};
