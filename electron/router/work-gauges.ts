import { Gauge, type Registry } from 'prom-client';
import type { EngineWork } from '../../shared/engine-work.ts';

/** Gauges of what engines tell of their work, one set of names for all kinds. What is not known has no sample. */
export function createWorkGauges(registry: Registry): (work: readonly EngineWork[]) => void {
  const registers = [registry];
  const of = (name: string, help: string) => new Gauge({ name, help, labelNames: ['engine'], registers });
  const gauges: readonly (readonly [Gauge, (work: EngineWork) => number | null])[] = [
    [of('stackyard_engine_requests_running', 'Requests that the engine says it works on.'), (w) => w.running],
    [of('stackyard_engine_requests_queued', 'Requests that wait inside of the engine.'), (w) => w.waiting],
    [of('stackyard_engine_kv_cache_usage_ratio', 'Part of its KV cache that requests use, 0 to 1.'), (w) => w.cache],
    [of('stackyard_engine_prompt_tokens_per_second', 'Tokens it read a second.'), (w) => w.prompt_rate],
    [of('stackyard_engine_generation_tokens_per_second', 'Tokens it wrote a second.'), (w) => w.generation_rate],
    [
      of('stackyard_engine_prefix_cache_hit_ratio', 'Part of the prompts’ tokens that were in its cache, 0 to 1.'),
      (w) => w.prefix_hits,
    ],
  ];
  return (work) => {
    for (const [gauge, pick] of gauges) {
      gauge.reset();
      for (const one of work) {
        const value = pick(one);
        if (value !== null) gauge.set({ engine: one.engine }, value);
      }
    }
  };
}
