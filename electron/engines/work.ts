/**
 * What engines tell of their work. Each question may be asked at any time while the engine is ready: none wakes or loads a model,
 * or keeps one in memory (docs/decisions/0032-engine-work.md).
 */
import type { LoadedModel, Tokens, WorkReading } from '../../shared/engine-work.ts';
import { fields, number, objects, text } from './answer.ts';
import type { Answer, WorkWay } from './profile.ts';
import { meanOf, readSeries, type Series, sumOf } from './prometheus.ts';

/** Models of a router that are asked about: more than one machine holds. */
const MOST_MODELS = 16;

/**
 * llama-server (recorded from b11669; needs `--metrics`). It tells nothing of its cache's use. A router is asked model by model, and
 * only about those in memory: without `autoload=false` the question itself would load one.
 */
export const LLAMA_CPP_WORK: WorkWay = {
  ask: (models) => {
    if (!models.some(({ loadable }) => loadable)) return [{ method: 'GET', path: '/metrics' }];
    const ready = models.filter(({ phase }) => phase === 'ready').slice(0, MOST_MODELS);
    return ready.map(({ id }) => ({
      method: 'GET',
      path: `/metrics?model=${encodeURIComponent(id)}&autoload=false`,
    }));
  },
  read: (answer) => {
    const series = seriesIn(answer, 'llamacpp:');
    if (series === null) return null;
    const fresh = sumOf(series, 'llamacpp:prompt_tokens_total');
    const cached = sumOf(series, 'llamacpp:prompt_tokens_cached_total');
    return {
      ...NOTHING,
      running: sumOf(series, 'llamacpp:requests_processing'),
      waiting: sumOf(series, 'llamacpp:requests_deferred'),
      prompt: { count: fresh, seconds: sumOf(series, 'llamacpp:prompt_seconds_total') },
      // Counted when a request ends, so only the time that it took tells a speed.
      generated: {
        count: sumOf(series, 'llamacpp:tokens_predicted_total'),
        seconds: sumOf(series, 'llamacpp:tokens_predicted_seconds_total'),
      },
      looked_up: fresh === null || cached === null ? null : fresh + cached,
      found: cached,
    };
  },
};

/** vLLM (docs/usage/metrics.md, v1/metrics/loggers.py; the older names from before its V1 engine). Outside the API key. */
export const VLLM_WORK: WorkWay = {
  ask: () => [{ method: 'GET', path: '/metrics' }],
  read: (answer) => {
    const series = seriesIn(answer, 'vllm:');
    if (series === null) return null;
    return {
      ...NOTHING,
      running: sumOf(series, 'vllm:num_requests_running'),
      waiting: sumOf(series, 'vllm:num_requests_waiting'),
      cache: meanOf(series, 'vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'),
      prompt: counted(sumOf(series, 'vllm:prompt_tokens_total')),
      generated: counted(sumOf(series, 'vllm:generation_tokens_total')),
      looked_up: sumOf(series, 'vllm:prefix_cache_queries_total', 'vllm:gpu_prefix_cache_queries_total'),
      found: sumOf(series, 'vllm:prefix_cache_hits_total', 'vllm:gpu_prefix_cache_hits_total'),
    };
  },
};

/** Ollama tells of no requests, only which models are in memory, and how much of each is a card's (recorded from 0.17.4). */
export const OLLAMA_WORK: WorkWay = {
  ask: () => [{ method: 'GET', path: '/api/ps' }],
  read: (answer) => {
    const models = answer.status === 200 ? objects(fields(answer.json)?.models) : null;
    if (models === null) return null;
    const loaded = models.flatMap((one): LoadedModel[] => {
      const id = text(one.name);
      if (id === null) return [];
      const until = text(one.expires_at);
      return [
        {
          id,
          bytes: number(one.size),
          gpu_bytes: number(one.size_vram),
          context: number(one.context_length),
          // A model that is kept for ever leaves in some three hundred years.
          until: until === null || !(Date.parse(until) < FAR) ? null : new Date(until).toISOString(),
        },
      ];
    });
    return { ...NOTHING, loaded };
  },
};

const FAR = Date.parse('2200-01-01');
const counted = (count: number | null): Tokens => ({ count, seconds: null });
const NOTHING: WorkReading = {
  running: null,
  waiting: null,
  cache: null,
  prompt: counted(null),
  generated: counted(null),
  looked_up: null,
  found: null,
  loaded: null,
};

/** The series of an answer; `null` when it has none of this engine's. */
function seriesIn(answer: Answer, prefix: string): Series | null {
  if (answer.status !== 200) return null;
  const series = readSeries(answer.body);
  return [...series.keys()].some((name) => name.startsWith(prefix)) ? series : null;
}
