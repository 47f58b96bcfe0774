/** How much memory engines hold, so that two moments can be told apart. Pure. */
import type { GpuSample } from '../../shared/gpu.ts';
import type { EngineView } from '../../shared/model.ts';
import type { Metrics } from './answer.ts';

/** Bytes by engine; an engine of which nothing is known is missing. */
export interface Held {
  readonly gpu: ReadonlyMap<string, number>;
  readonly main: ReadonlyMap<string, number>;
}

/** What engines hold now: on graphics cards as the newest sample tells, in main memory as the snapshot does. */
export function heldNow(sample: GpuSample | null, engines: readonly EngineView[]): Held {
  const gpu = new Map<string, number>();
  // no card that could be read: then what is on it is unknown, not zero
  if (sample?.sources.some(({ state }) => state === 'ok')) {
    for (const { name } of engines) gpu.set(name, 0);
    for (const { engine, memory } of sample.processes)
      if (engine !== null && memory !== null) gpu.set(engine, (gpu.get(engine) ?? 0) + memory);
  }
  const main = new Map(engines.flatMap(({ name, memory }) => (memory === null ? [] : [[name, memory] as const])));
  return { gpu, main };
}

/** How much more of it an engine holds than before: graphics memory where that is known, else main memory; `null` = neither. */
export function memoryChange(route: string | null, before: Held, after: Held): Metrics['memory'] {
  const engine = route?.split('/')[0] ?? '';
  const gpu = difference(engine, before.gpu, after.gpu);
  if (gpu !== null) return { kind: 'GPU', change: gpu };
  const main = difference(engine, before.main, after.main);
  return main === null ? null : { kind: 'main', change: main };
}

function difference(
  engine: string,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number | null {
  const [old, now] = [before.get(engine), after.get(engine)];
  return old === undefined || now === undefined ? null : now - old;
}
