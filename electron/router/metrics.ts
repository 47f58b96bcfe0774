import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { GpuLevels, RequestRecord } from '../../shared/contract/router.ts';
import type { EngineWork } from '../../shared/engine-work.ts';
import { ENGINE_PHASES } from '../../shared/model.ts';
import type { SystemSample } from '../../shared/system.ts';
import { createGpuGauges } from './gpu-gauges.ts';
import { type Plane, sightOf } from './plane.ts';
import type { Compiled } from './resolve.ts';
import { createSystemGauges } from './system-gauges.ts';
import { createWorkGauges } from './work-gauges.ts';

/**
 * What the data plane counts, for Prometheus. Fed once a second from finished requests, outside their way; levels are read when
 * somebody asks. `model` is a configured entry or an id that an engine reports: other names that resolve (patterns, `engine/model`) could be made up
 * by clients without end.
 */
export interface Metrics {
  note(records: readonly RequestRecord[], plane: Plane): void;
  /** The graphics cards as the host saw them last. */
  showGpus(levels: GpuLevels): void;
  /** The machine as the host saw it last. */
  showSystem(sample: SystemSample): void;
  /** What engines told of their work last. */
  showWork(work: readonly EngineWork[]): void;
  /** The exposition text, and its content type. */
  read(plane: Plane): Promise<{ readonly text: string; readonly type: string }>;
}

/** Seconds: from a cached prompt's first token to a cold start with a long answer. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** Counters at zero. */
export function createMetrics(): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const requests = new Counter({
    name: 'stackyard_requests_total',
    help: 'Model requests that ended, by what became of them.',
    labelNames: ['path', 'model', 'engine', 'outcome', 'code'],
    registers,
  });
  const tokens = new Counter({
    name: 'stackyard_tokens_total',
    help: 'Tokens read (prompt) and generated (completion); estimated where the engine does not tell.',
    labelNames: ['model', 'engine', 'kind'],
    registers,
  });
  const attempts = new Counter({
    name: 'stackyard_upstream_attempts_total',
    help: 'Requests sent to engines, by their result.',
    labelNames: ['engine', 'result'],
    registers,
  });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, labelNames: ['model', 'engine'], buckets: SECONDS, registers });
  const duration = histogram('stackyard_request_duration_seconds', 'From a request’s arrival to its last byte.');
  const firstToken = histogram(
    'stackyard_time_to_first_token_seconds',
    'From a streamed request’s arrival to its first token.',
  );
  const queued = histogram('stackyard_queue_seconds', 'Time that a request waited for an engine.');
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
    note(records, { compiled }) {
      for (const record of records) {
        const engine = record.route?.split('/', 1)[0] ?? '';
        const model = record.model !== null && isListed(compiled, record.model) ? record.model : '';
        const by = { model, engine };
        requests.inc({ path: record.path, ...by, outcome: record.outcome ?? '', code: record.code ?? '' });
        if (record.prompt_tokens !== null) tokens.inc({ ...by, kind: 'prompt' }, record.prompt_tokens);
        if (record.completion_tokens !== null) tokens.inc({ ...by, kind: 'completion' }, record.completion_tokens);
        duration.observe(by, record.total_ms / 1000);
        queued.observe(by, record.queued_ms / 1000);
        if (record.first_token_ms !== null) firstToken.observe(by, record.first_token_ms / 1000);
        for (const step of record.steps) {
          if (step.kind !== 'attempt' || step.result === null) continue;
          attempts.inc({ engine: step.target.split('/', 1)[0] ?? '', result: step.result });
        }
      }
    },
    showGpus,
    showSystem,
    showWork,
    async read(plane) {
      levels(plane);
      return { text: await registry.metrics(), type: registry.contentType };
    },
  };
}

const isListed = ({ models, discovered }: Compiled, id: string): boolean => models.has(id) || discovered.has(id);
