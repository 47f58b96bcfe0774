/**
 * One table for the router and one snapshot for everybody else, each with a revision that rises only when something in it
 * changed; and who may be called drained, which only the router can tell.
 */
import type { RouterReport, RoutingTable } from '../../shared/contract/router.ts';
import type { StackSnapshot } from '../../shared/model.ts';
import { routingTable, type TableInput } from '../core/table.ts';
import { stackSnapshot, type ViewInput } from '../core/view.ts';

export class Publisher {
  #table = { text: '', revision: 0 };
  #snapshot: { text: string; value: StackSnapshot } | null = null;
  /** Engine → first table revision that kept new requests from it. */
  #drainingSince = new Map<string, number>();

  /** The present snapshot; the same object as long as nothing in it changed. */
  snapshot(input: Omit<ViewInput, 'revision'>): StackSnapshot {
    const before = this.#snapshot;
    const text = JSON.stringify(stackSnapshot({ ...input, revision: 0 }));
    if (before !== null && text === before.text) return before.value;
    const value = stackSnapshot({ ...input, revision: (before?.value.revision ?? 0) + 1 });
    this.#snapshot = { text, value };
    return value;
  }

  /**
   * The present table; `null` when the router has it already. `leaving` names engines that drain without being in it: nothing
   * new can reach those either.
   */
  table(input: Omit<TableInput, 'revision'>, leaving: readonly string[]): RoutingTable | null {
    const text = JSON.stringify(routingTable({ ...input, revision: 0 }));
    if (text === this.#table.text) return null;
    const revision = this.#table.revision + 1;
    this.#table = { text, revision };
    const table = routingTable({ ...input, revision });
    const draining = table.engines.filter((engine) => engine.phase === 'draining').map((engine) => engine.name);
    this.#noteDraining(new Set([...draining, ...leaving]), revision);
    return table;
  }

  /** The router is a new one: the next table reaches it whatever it says. */
  forgetTable(): void {
    this.#table = { ...this.#table, text: '' };
  }

  /** Whether the router, knowing that this engine drains, holds nothing of it any more. */
  isDrained(engine: string, report: RouterReport): boolean {
    const since = this.#drainingSince.get(engine) ?? Number.POSITIVE_INFINITY;
    return report.applied >= since && (report.engines[engine]?.in_flight ?? 0) === 0;
  }

  #noteDraining(draining: ReadonlySet<string>, revision: number): void {
    for (const name of this.#drainingSince.keys()) if (!draining.has(name)) this.#drainingSince.delete(name);
    for (const name of draining) if (!this.#drainingSince.has(name)) this.#drainingSince.set(name, revision);
  }
}
