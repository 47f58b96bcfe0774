import { AggregatorRegistry, Gauge, Registry } from 'prom-client';
import type { GpuLevels } from '../../shared/contract/router.ts';
import type { EngineWork } from '../../shared/engine-work.ts';
import { ENGINE_PHASES } from '../../shared/model.ts';
import type { SystemSample } from '../../shared/system.ts';
import { createGpuGauges } from './gpu-gauges.ts';
import { createMetricTallies } from './metric-tallies.ts';
import { type Plane, sightOf } from './plane.ts';
import type { Ended } from './record.ts';
import type { Compiled } from './resolve.ts';
import { createSystemGauges } from './system-gauges.ts';
import { createWorkGauges } from './work-gauges.ts';

/**
 * What the data plane counts, for Prometheus. Levels are read when somebody asks. `model` is a configured entry or an id that an
 * engine reports: other names that resolve (patterns, `engine/model`) could be made up by clients without end.
 */
export interface Metrics {
  /** A request ended. */
  count(request: Ended, plane: Plane): void;
  /** The graphics cards as the host saw them last. */
  showGpus(levels: GpuLevels): void;
  /** The machine as the host saw it last. */
  showSystem(sample: SystemSample): void;
  /** What engines told of their work last. */
  showWork(work: readonly EngineWork[]): void;
  /** The exposition text, and its content type. */
  read(plane: Plane): Promise<{ readonly text: string; readonly type: string }>;
}

/** Counters at zero. */
export function createMetrics(): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const tallies = createMetricTallies();
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const inFlight = gauge('stackyard_requests_in_flight', 'Requests that an engine is answering now.', ['engine']);
  const waiting = gauge('stackyard_requests_waiting', 'Requests that wait for an engine now.', ['engine']);
  const phase = gauge('stackyard_engine_phase', '1 for the phase that an engine is in.', ['engine', 'kind', 'phase']);
  const cooling = gauge('stackyard_target_cooling_seconds', 'How long a target is still left alone after failures.', [
    'engine',
    'model',
  ]);
  const kept = gauge('stackyard_kept_body_bytes', 'Request bodies kept for waiting and for another try.');

  const showGpus = createGpuGauges(registry);
  const showSystem = createSystemGauges(registry);
  const showWork = createWorkGauges(registry);

  const levels = (plane: Plane): void => {
    for (const one of [inFlight, waiting, phase, cooling]) one.reset();
    const { compiled, live, cooldowns, now } = sightOf(plane);
    const demand = plane.lot.demand();
    for (const { name, kind, phase: is } of compiled.table.engines) {
      inFlight.set({ engine: name }, live.engineInFlight(name));
      waiting.set({ engine: name }, demand.get(name)?.waiting ?? 0);
      for (const one of ENGINE_PHASES) phase.set({ engine: name, kind, phase: one }, one === is ? 1 : 0);
    }
    for (const [key, { left_ms }] of cooldowns.list(now)) {
      const slash = key.indexOf('/');
      cooling.set({ engine: key.slice(0, slash), model: key.slice(slash + 1) }, left_ms / 1000);
    }
    kept.set(plane.budget.used);
  };

  return {
    count(request, { compiled }) {
      const { model } = request;
      tallies.count(request, model !== null && isListed(compiled, model) ? model : '');
    },
    showGpus,
    showSystem,
    showWork,
    async read(plane) {
      levels(plane);
      const all = AggregatorRegistry.aggregate([tallies.read(), await registry.getMetricsAsJSON()]);
      return { text: await all.metrics(), type: registry.contentType };
    },
  };
}

const isListed = ({ models, discovered }: Compiled, id: string): boolean => models.has(id) || discovered.has(id);
