import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportedModel } from '../../../electron/engines/profile.ts';
import { PROFILES } from '../../../electron/engines/profiles.ts';
import { readSeries, sumOf } from '../../../electron/engines/prometheus.ts';
import { LLAMA_CPP_WORK, OLLAMA_WORK, VLLM_WORK } from '../../../electron/engines/work.ts';
import { recordedAnswer, recordedFile } from '../../support/recordings.ts';
import { answer, silence } from './recorded.ts';

const model = (id: string, phase: ReportedModel['phase'], loadable: boolean): ReportedModel => ({
  id,
  phase,
  progress: null,
  context_length: null,
  loadable,
});
const llama = (name: string) => LLAMA_CPP_WORK.read(recordedAnswer('llama-server', `work-${name}`));

describe('what a real llama-server told (recorded)', () => {
  it('of requests, tokens and its time, idle, busy and done', () => {
    expect(llama('idle')).toEqual({
      running: 0,
      waiting: 0,
      cache: null,
      prompt: { count: 0, seconds: 0 },
      generated: { count: 0, seconds: 0 },
      looked_up: 0,
      found: 0,
      loaded: null,
    });
    // Tokens are counted when the request ends.
    expect(llama('busy')).toMatchObject({ running: 1, waiting: 0, generated: { count: 0 } });
    const done = llama('done');
    expect(done).toMatchObject({
      running: 0,
      prompt: { count: 7 },
      generated: { count: 60 },
      looked_up: 7,
      found: 0,
    });
    expect(done?.generated.seconds).toBeGreaterThan(0);
    expect(llama('asleep')).toEqual(done);
  });

  it('is nothing where metrics are off, and where a router knows of no model', () => {
    expect([llama('off'), llama('router-no-model'), llama('router-unloaded')]).toEqual([null, null, null]);
    expect(llama('router-loaded')).toMatchObject({ running: 0 });
  });

  it('is asked for where that neither wakes nor loads: not by /slots, and of a router’s models only with autoload off', () => {
    expect(recordedFile('llama-server', 'work-wakes')).toEqual({
      asleep_after_metrics: true,
      asleep_after_slots: false,
    });
    expect(recordedFile('llama-server', 'work-router-loads')).toEqual({
      before: 'unloaded',
      status: 200,
      after: 'loaded',
    });
    // And what it would tell of a request are its parameters, which are the client's own.
    expect(JSON.stringify(recordedAnswer('llama-server', 'work-slots-busy'))).toContain('max_tokens');
    expect(LLAMA_CPP_WORK.ask([model('one', 'ready', false)])).toEqual([{ method: 'GET', path: '/metrics' }]);
    const router = [model('a b', 'ready', true), model('c', 'not_loaded', true), model('d', 'sleeping', true)];
    expect(LLAMA_CPP_WORK.ask(router)).toEqual([{ method: 'GET', path: '/metrics?model=a%20b&autoload=false' }]);
    expect(LLAMA_CPP_WORK.ask([model('c', 'not_loaded', true)])).toEqual([]);
  });
});

/** Series of docs/usage/metrics.md and v1/metrics/loggers.py, with the labels they have there; two engines (data parallel). */
const VLLM = `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="Qwen/Qwen3-0.6B"} 8.0
vllm:num_requests_running{engine="1",model_name="Qwen/Qwen3-0.6B"} 2.0
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{engine="0",model_name="Qwen/Qwen3-0.6B"} 3.0
# TYPE vllm:kv_cache_usage_perc gauge
vllm:kv_cache_usage_perc{engine="0",model_name="Qwen/Qwen3-0.6B"} 0.5
vllm:kv_cache_usage_perc{engine="1",model_name="Qwen/Qwen3-0.6B"} 0.3
# TYPE vllm:prefix_cache_queries counter
vllm:prefix_cache_queries_total{engine="0",model_name="Qwen/Qwen3-0.6B"} 1000.0
vllm:prefix_cache_queries_created{engine="0",model_name="Qwen/Qwen3-0.6B"} 1.76e+09
vllm:prefix_cache_hits_total{engine="0",model_name="Qwen/Qwen3-0.6B"} 250.0
# TYPE vllm:prompt_tokens counter
vllm:prompt_tokens_total{engine="0",model_name="Qwen/Qwen3-0.6B"} 1.2e+06
vllm:generation_tokens_total{engine="0",model_name="a \\"quoted\\" {name}"} 453.0
vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="Qwen/Qwen3-0.6B"} 5.0
`;

describe('what vLLM documents', () => {
  it('is summed over its engines, shares as their mean', () => {
    expect(VLLM_WORK.read(answer(200, VLLM))).toEqual({
      running: 10,
      waiting: 3,
      cache: 0.4,
      prompt: { count: 1_200_000, seconds: null },
      generated: { count: 453, seconds: null },
      looked_up: 1000,
      found: 250,
      loaded: null,
    });
  });
  it('is read by the names of before V1 too', () => {
    const old = 'vllm:gpu_cache_usage_perc{model_name="x"} 0.25\nvllm:num_requests_running{model_name="x"} 1\n';
    expect(VLLM_WORK.read(answer(200, old))).toMatchObject({
      cache: 0.25,
      running: 1,
      waiting: null,
      looked_up: null,
    });
  });
});

describe('what Ollama told (recorded)', () => {
  const read = (name: string) => OLLAMA_WORK.read(recordedAnswer('ollama', name));
  it('is which models are in memory, and nothing of requests', () => {
    expect(read('ps-loaded')).toMatchObject({
      running: null,
      generated: { count: null, seconds: null },
      loaded: [{ id: 'tiny:latest', bytes: 959_744, gpu_bytes: 0, context: 2048, until: '2026-11-23T13:18:30.834Z' }],
    });
    expect(read('ps-empty')?.loaded).toEqual([]);
  });
  it('a model that stays for ever leaves at no time, and what is no model is left out', () => {
    const models = [
      { name: 'a', expires_at: '2318-01-01T00:00:00Z' },
      { name: 7 },
      null,
      { name: 'b', expires_at: 'soon' },
    ];
    expect(OLLAMA_WORK.read(answer(200, { models }))?.loaded).toEqual(
      ['a', 'b'].map((id) => ({ id, bytes: null, gpu_bytes: null, context: null, until: null })),
    );
  });
});

describe('answers that tell nothing', () => {
  const bad = [
    silence('timeout'),
    answer(501, { error: { code: 501 } }),
    answer(200, ''),
    answer(200, '<html>Not found</html>'),
    answer(200, 'llamacpp:requests_processing NaN\nvllm:num_requests_running +Inf\n'),
    answer(200, 'llamacpp:requests_processing{slot="0" 1\nvllm:num_requests_running{ 2 }\n'),
    answer(200, { models: 'none' }),
    answer(200, 'python_gc_objects_collected_total{generation="0"} 7\n'),
  ];
  it.each(bad)('are nothing to every kind: %j', (one) => {
    for (const { work } of Object.values(PROFILES)) if (work) expect(work.read(one)).toBeNull();
  });
  it('a counter below zero, or a share above one, is not known; the rest is', () => {
    const odd = 'vllm:num_requests_running 2\nvllm:kv_cache_usage_perc 35\nvllm:prompt_tokens_total -1\n';
    expect(VLLM_WORK.read(answer(200, odd))).toMatchObject({ running: 2, cache: null, prompt: { count: null } });
  });
});

it('no text breaks the reading, and what is read is a finite number', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'a 1',
      'a{b="c"} 2 1395066363000',
      'a{b="\\"}"} 3',
      'a',
      'a b c',
      '# a 9',
      'a 0x1f',
      'a ',
      'a 1e400',
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      for (const values of readSeries(lines.join('\n')).values())
        for (const value of values) expect(Number.isFinite(value)).toBe(true);
    }),
  );
  expect(sumOf(readSeries('a 1\na{b="c"} 2 1395066363000\r\na{b="\\"}"} 3\n# a 9\na 1 2 3\n'), 'a')).toBe(6);
  // A long line of quotes must not take long to be refused.
  expect(readSeries(`a{${'b="'.repeat(50_000)}`).size).toBe(0);
});

it('kinds that tell nothing of their work are asked nothing', () => {
  expect(Object.values(PROFILES).flatMap(({ kind, work }) => (work === null ? [kind] : []))).toEqual([
    'llama-cpp-python',
    'litellm',
    'openai',
  ]);
});
