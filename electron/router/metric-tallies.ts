import type { Ended } from './record.ts';

type Labels = Readonly<Record<string, string | number>>;
type Sample = { readonly labels: Labels; readonly value: number; readonly metricName?: string };

/** A metric in the form in which prom-client takes those of other processes together (`AggregatorRegistry.aggregate`). */
export interface MetricJson {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'histogram';
  readonly aggregator: 'sum';
  readonly values: readonly Sample[];
}

/**
 * Counts each request that ends. prom-client looks its labels up by a string made of all of them, some seven times a request (5 % of
 * the router's CPU); here a look-up makes neither a string nor an object.
 */
export interface MetricTallies {
  /** `model`: its name as a label, '' when it may not be one. */
  count(request: Ended, model: string): void;
  /** All that was counted so far. */
  read(): MetricJson[];
}

/** Nothing counted. */
export function createMetricTallies(): MetricTallies {
  const requests = new Map<string, Map<string, Map<string, Map<string, Map<string, number>>>>>();
  const attempts = new Map<string, Map<string, number>>();
  const models = new Map<string, Map<string, OfModel>>();
  return {
    count(request, model) {
      const engine = engineOf(request.route);
      const outcomes = at(at(at(requests, request.path, newMap), model, newMap), engine, newMap);
      add(at(outcomes, request.outcome ?? '', newMap), request.code ?? '', 1);
      const mine = at(at(models, model, newMap), engine, ofModel);
      mine.prompt += request.prompt_tokens ?? 0;
      mine.completion += request.completion_tokens ?? 0;
      mine.duration.add(request.total_ms);
      mine.queued.add(request.queued_ms);
      if (request.first_token_ms !== null) mine.firstToken.add(request.first_token_ms);
      for (const step of request.steps) {
        if (step.kind !== 'attempt' || step.result === null) continue;
        add(at(attempts, engineOf(step.target), newMap), step.result, 1);
      }
    },
    read() {
      const by: (OfModel & { readonly labels: Labels })[] = [];
      for (const [model, engines] of models)
        for (const [engine, mine] of engines) by.push({ ...mine, labels: { model, engine } });
      const histogram = (name: string, help: string, times: (mine: OfModel) => Times): MetricJson => ({
        name,
        help,
        type: 'histogram',
        aggregator: 'sum',
        values: by.flatMap((one) => times(one).samples(name, one.labels)),
      });
      return [
        counter('stackyard_requests_total', 'Model requests that ended, by what became of them.', [
          ...leaves(requests, ['path', 'model', 'engine', 'outcome', 'code']),
        ]),
        counter(
          'stackyard_tokens_total',
          'Tokens read (prompt) and generated (completion); estimated where the engine does not tell.',
          by.flatMap(({ labels, prompt, completion }) => [
            { labels: { ...labels, kind: 'prompt' }, value: prompt },
            { labels: { ...labels, kind: 'completion' }, value: completion },
          ]),
        ),
        counter('stackyard_upstream_attempts_total', 'Requests sent to engines, by their result.', [
          ...leaves(attempts, ['engine', 'result']),
        ]),
        histogram(
          'stackyard_request_duration_seconds',
          'From a request’s arrival to its last byte.',
          ({ duration }) => duration,
        ),
        histogram(
          'stackyard_time_to_first_token_seconds',
          'From a streamed request’s arrival to its first token.',
          ({ firstToken }) => firstToken,
        ),
        histogram('stackyard_queue_seconds', 'Time that a request waited for an engine.', ({ queued }) => queued),
      ];
    },
  };
}

/** The engine of a target's name, `ENGINE/MODEL`; '' = none. */
function engineOf(target: string | null): string {
  if (target === null) return '';
  const slash = target.indexOf('/');
  return slash < 0 ? target : target.slice(0, slash);
}

/** Seconds: from a cached prompt's first token to a cold start with a long answer. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** How often which time was met. */
class Times {
  readonly #counts: number[] = new Array(SECONDS.length + 1).fill(0);
  #sum = 0;
  #count = 0;

  add(ms: number): void {
    const seconds = ms / 1000;
    let bucket = 0;
    while (bucket < SECONDS.length && seconds > (SECONDS[bucket] as number)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += seconds;
    this.#count += 1;
  }

  samples(name: string, labels: Labels): Sample[] {
    if (this.#count === 0) return [];
    let sum = 0;
    const buckets = this.#counts.map((count, bucket) => {
      sum += count;
      return { labels: { le: SECONDS[bucket] ?? '+Inf', ...labels }, value: sum, metricName: `${name}_bucket` };
    });
    return [
      ...buckets,
      { labels, value: this.#sum, metricName: `${name}_sum` },
      { labels, value: this.#count, metricName: `${name}_count` },
    ];
  }
}

interface OfModel {
  prompt: number;
  completion: number;
  readonly duration: Times;
  readonly queued: Times;
  readonly firstToken: Times;
}

const ofModel = (): OfModel => ({
  prompt: 0,
  completion: 0,
  duration: new Times(),
  queued: new Times(),
  firstToken: new Times(),
});

const newMap = (): Map<string, never> => new Map<string, never>();

/** What stands at a key; made when it is the first time. */
function at<V>(map: Map<string, V>, key: string, make: () => NoInfer<V>): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const add = (map: Map<string, number>, key: string, by: number): void => void map.set(key, (map.get(key) ?? 0) + by);

type Tree = ReadonlyMap<string, Tree | number>;

/** Each number of a tree of maps, with the keys on its way as labels. */
function* leaves(tree: Tree, names: readonly string[], labels: Labels = {}): Generator<Sample> {
  const [name = '', ...rest] = names;
  for (const [label, below] of tree) {
    const here = { ...labels, [name]: label };
    if (typeof below === 'number') yield { labels: here, value: below };
    else yield* leaves(below, rest, here);
  }
}

const counter = (name: string, help: string, values: readonly Sample[]): MetricJson => ({
  ...{ name, help, type: 'counter', aggregator: 'sum' },
  values,
});
