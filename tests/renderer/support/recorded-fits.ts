/** What models take and whether they fit, as a host tells it of the engines in `recorded.ts`. Made up. */
import type { FitView, Footprint, KnownFootprint } from '../../../shared/fit.ts';

const GB = 1e9;
const of = (gpu: number, change: Partial<Footprint> = {}): Footprint => ({
  source: 'measured',
  gpu: gpu * GB,
  ram: 0.6 * GB,
  load_ms: 6_200,
  context: 8_192,
  slots: null,
  at: '2026-11-22T10:00:00.000Z',
  parts: null,
  ...change,
});
const reckoned = (weights: number, cache: number): Footprint =>
  of(weights + cache + 0.6, {
    source: 'estimated',
    ram: null,
    load_ms: null,
    at: null,
    parts: { weights: weights * GB, cache: cache * GB, compute: 0.6 * GB },
  });

export const FOOTPRINTS: readonly KnownFootprint[] = [
  { engine: 'ollama', model: 'llama3.1:latest', footprint: of(5.9) },
  { engine: 'ollama', model: 'qwen2.5-coder:7b', footprint: reckoned(4.7, 1.2) },
  { engine: 'llama', model: 'gemma-3-4b-it', footprint: of(3.1, { load_ms: 2_400 }) },
  { engine: 'llama', model: 'phi-4-Q5_K_M', footprint: reckoned(10.6, 3.4) },
  { engine: 'big', model: 'Qwen3-30B-A3B-Instruct-2507-Q4_K_M', footprint: of(19.2, { load_ms: 41_000 }) },
];

/** Of `qwen-coder`, target by target. */
export const FITS: readonly FitView[] = [
  {
    engine: 'qwen-vllm',
    model: 'Qwen/Qwen2.5-Coder-7B-Instruct-AWQ',
    verdict: 'will_not_fit',
    why: null,
    short: { kind: 'gpu', needs: 21.6 * GB, free: 8.2 * GB, total: 25.8 * GB },
    freeable: 9.6 * GB,
    message: '',
    footprint: of(21.6, { ram: 3.2 * GB, load_ms: 38_000, context: 32_768 }),
    room: [{ kind: 'gpu', needs: 21.6 * GB, free: 8.2 * GB, total: 25.8 * GB }],
    after: [],
    stays: [{ engine: 'ollama', why: 'external', holds: 5.6 * GB }],
  },
  {
    engine: 'ollama',
    model: 'qwen2.5-coder:7b',
    verdict: 'fits_after',
    why: null,
    short: { kind: 'gpu', needs: 6.5 * GB, free: 4.3 * GB, total: 25.8 * GB },
    freeable: 0,
    message: '',
    footprint: FOOTPRINTS[1]?.footprint ?? null,
    room: [{ kind: 'gpu', needs: 6.5 * GB, free: 4.3 * GB, total: 25.8 * GB }],
    after: [{ engine: 'llama', model: null, frees: 9.6 * GB }],
    stays: [],
  },
  {
    engine: 'workstation',
    model: 'gpt-oss-20b',
    verdict: 'unknown',
    why: 'an OpenAI-compatible server holds no models of its own here',
    short: null,
    freeable: 0,
    message: '',
    footprint: null,
    room: [],
    after: [],
    stays: [],
  },
];
