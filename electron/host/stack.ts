/**
 * All engines together: who is wanted, in which order, who of a group may run, and what the router has to know. One owner, one
 * mailbox (each unit's), and after every change one picture for everybody: a routing table and a snapshot.
 */
import { performance } from 'node:perf_hooks';
import type { Config } from '../../shared/config/schema.ts';
import type { RouterReport } from '../../shared/contract/router.ts';
import type { Cause } from '../../shared/model.ts';
import type { EngineFacts } from '../core/engine-facts.ts';
import { decideGroup, type GroupMember } from '../core/groups.ts';
import { startOrder } from '../core/start-order.ts';
import type { EngineUnit } from './engine-unit.ts';

/** Somebody wants an engine up, and it may have to wait for others first. */
interface Wish {
  readonly by: 'user' | 'app' | 'demand';
  readonly at: number;
}

export class Stack {
  #units = new Map<string, EngineUnit>();
  #config: Config | null = null;
  #wishes = new Map<string, Wish>();
  #groupTimer: NodeJS.Timeout | undefined;
  /** Whether "Stack on" is ticked. */
  on = false;
  #arranging = false;

  /** In file order. */
  get units(): readonly EngineUnit[] {
    return [...this.#units.values()];
  }

  unit(name: string): EngineUnit | undefined {
    return this.#units.get(name);
  }

  facts(): readonly (readonly [string, EngineFacts])[] {
    return this.units.map((unit) => [unit.name, unit.facts()] as const);
  }

  /** The engines of a config in its order; units that stay are handed in again. */
  arrange(config: Config, units: ReadonlyMap<string, EngineUnit>): void {
    this.#config = config;
    this.#units = new Map(units);
    for (const name of this.#wishes.keys()) if (!this.#units.has(name)) this.#wishes.delete(name);
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
    const engines = this.#config?.engines ?? {};
    // What a person holds stays held for a request, and so does all that depends on it; a person's word reaches it.
    const isHeld = (name: string) => this.#units.get(name)?.state.held === true;
    const reachable = names.filter((name) => by !== 'demand' || !startOrder(engines, [name]).some(isHeld));
    for (const name of startOrder(engines, reachable)) {
      const unit = this.#units.get(name);
      if (unit === undefined) continue;
      if (by !== 'demand') unit.post({ type: 'release' });
      const old = this.#wishes.get(name);
      if (old === undefined || (old.by === 'demand' && by !== 'demand'))
        this.#wishes.set(name, { by, at: performance.now() });
    }
    this.advance();
  }

  /** `stop_all`: stops and holds every managed engine. */
  stopAll(): void {
    this.on = false;
    this.stop([...this.#units.keys()], 'user');
  }

  stop(names: readonly string[], by: 'user' | 'quit' | 'memory'): void {
    for (const name of names) {
      this.#wishes.delete(name);
      this.#units.get(name)?.post({ type: 'want-down', by, hold: by === 'user' });
    }
    this.advance();
  }

  /** One that is down is started instead: after what it depends on, and by the rule of its group. */
  restart(names: readonly string[]): void {
    const down: string[] = [];
    for (const name of names) {
      const unit = this.#units.get(name);
      if (unit !== undefined && isUp(unit) && !unit.leaving) unit.post({ type: 'restart', by: 'user' });
      else down.push(name);
    }
    this.start(down, 'user');
  }

  /** What the router sees: demand wakes engines, counts end draining, bytes are heartbeats. */
  heed(report: RouterReport): void {
    const demanded: string[] = [];
    for (const unit of this.#units.values()) {
      const seen = report.engines[unit.name];
      unit.flight(seen?.in_flight ?? 0, seen?.waiting ?? 0, seen?.cooling ?? {}, seen?.last_byte_ms ?? null);
      if ((seen?.waiting ?? 0) > 0 && wakeable(unit) && isDown(unit)) demanded.push(unit.name);
      this.#oldest.set(unit.name, seen?.oldest_ms ?? null);
    }
    const alone = demanded.filter((name) => this.#units.get(name)?.config.group === null);
    if (alone.length > 0) this.start(alone, 'demand');
    else this.advance();
  }

  /** The router is gone: nothing is in flight or waiting until the next one reports. */
  forgetRouter(): void {
    for (const unit of this.#units.values()) {
      unit.flight(0, 0, {}, null);
      if (unit.state.phase.is === 'draining') unit.post({ type: 'drained' });
    }
  }

  woke(): void {
    for (const unit of this.#units.values()) unit.post({ type: 'woke' });
  }

  /**
   * Moves every wish on as far as dependencies and groups allow. The host calls it after every change of an engine, so it must
   * settle: called again without a change in between, it posts nothing.
   */
  advance(): void {
    if (this.#arranging) return;
    this.#arranging = true;
    try {
      for (const [name, wish] of [...this.#wishes]) this.#grant(name, wish);
      this.#decideGroups();
    } finally {
      this.#arranging = false;
    }
  }

  #oldest = new Map<string, number | null>();

  #grant(name: string, wish: Wish): void {
    const unit = this.#units.get(name);
    if (unit === undefined) return void this.#wishes.delete(name);
    // Its successor is told.
    if (unit.leaving) return;
    const needs = (this.#config?.engines[name]?.depends_on ?? []).map((dep) => this.#units.get(dep));
    if (needs.some((dep) => dep?.state.phase.is === 'failed')) return void this.#wishes.delete(name);
    if (needs.some((dep) => dep !== undefined && dep.state.phase.is !== 'ready')) return;
    const grouped = unit.config.group !== null && !isUp(unit);
    if (grouped) return;
    this.#wishes.delete(name);
    unit.post({ type: 'want-up', by: wish.by });
  }

  #decideGroups(): void {
    clearTimeout(this.#groupTimer);
    const at = performance.now();
    const groups = new Set(this.units.map((unit) => unit.config.group).filter((group) => group !== null));
    let next: number | null = null;
    for (const group of groups) {
      const members = this.units.filter((unit) => unit.config.group === group);
      const decision = decideGroup({ at, members: members.map((unit) => this.#member(unit, at)) });
      for (const unit of members) {
        const yields = decision.drain.includes(unit.name);
        unit.yielding = yields;
        if (yields) unit.post({ type: 'want-down', by: 'demand', hold: false });
      }
      if (decision.start !== null) this.#startMember(decision.start);
      if (decision.check_at !== null) next = Math.min(next ?? decision.check_at, decision.check_at);
    }
    if (next !== null) this.#groupTimer = setTimeout(() => this.advance(), Math.max(10, next - at));
  }

  #startMember(name: string): void {
    if (this.#units.get(name)?.leaving) return;
    const wish = this.#wishes.get(name);
    const needs = this.#config?.engines[name]?.depends_on ?? [];
    if (needs.some((dep) => this.#units.get(dep)?.state.phase.is !== 'ready')) {
      // Comes back here once its dependencies are ready.
      const by = wish?.by ?? 'demand';
      const down = startOrder(this.#config?.engines ?? {}, needs).filter((dep) => {
        const state = this.#units.get(dep)?.state;
        return state?.phase.is === 'stopped' && !(by === 'demand' && state.held) && !this.#wishes.has(dep);
      });
      for (const dep of down) this.#wishes.set(dep, { by, at: performance.now() });
      for (const dep of down) this.#grant(dep, { by, at: performance.now() });
      return;
    }
    this.#wishes.delete(name);
    this.#units.get(name)?.post({ type: 'want-up', by: wish?.by ?? 'demand' });
  }

  #member(unit: EngineUnit, at: number): GroupMember {
    const facts = unit.facts();
    const wish = this.#wishes.get(unit.name);
    const ready = unit.state.phase.is === 'ready';
    return {
      name: unit.name,
      phase: unit.state.phase.is,
      owner: unit.state.owner,
      pinned: false,
      startable: wish === undefined ? wakeable(unit) : unit.state.phase.is !== 'failed' || wish.by !== 'demand',
      in_flight: facts.inFlight,
      waiting: facts.waiting,
      oldest_ms: this.#oldest.get(unit.name) ?? null,
      asked_ms: wish === undefined || wish.by === 'demand' ? null : at - wish.at,
      ready_since: ready ? unit.state.since : null,
      lingering: unit.state.run?.exited === true,
    };
  }

  /** Lets go of timers; engines are left as they are. */
  close(): void {
    clearTimeout(this.#groupTimer);
  }
}

/** Whether a request alone may start it. */
function wakeable(unit: EngineUnit): boolean {
  const { state, config } = unit;
  return !state.held && state.phase.is !== 'failed' && config.start !== 'manual' && state.owner !== 'external';
}

/** Stopped or on its way there: where a request’s wish changes something. */
const isDown = (unit: EngineUnit) => ['stopped', 'draining', 'stopping'].includes(unit.state.phase.is);

const isUp = (unit: EngineUnit) => !['stopped', 'failed', 'backoff'].includes(unit.state.phase.is);

/** Why an engine that was wanted up did not come up. */
export function whyDown(unit: EngineUnit): Cause {
  const p = unit.state.phase;
  if ('cause' in p && p.cause !== null) return p.cause;
  return { code: 'cancelled', message: `${unit.name} was stopped meanwhile.`, hint: null };
}
