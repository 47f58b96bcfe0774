/** `/metrics`: what Prometheus reads of real requests. */
import { afterEach, describe, expect, it } from 'vitest';
import { gpuLevels } from '../../../electron/core/gpu/gpu-levels.ts';
import { GPU_SAMPLE, NO_GPU } from '../../fixtures/gpu/sample.ts';
import { SYSTEM_SAMPLE } from '../../fixtures/system/sample.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { startRouter } from '../../fixtures/upstream/running-router.ts';
import { json, startUpstream } from '../../fixtures/upstream/upstream-server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Samples by name and labels, e.g. `stackyard_requests_in_flight{engine="a"}`. */
const samples = (text: string): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );

describe('/metrics', () => {
  it('counts requests, attempts and tokens, and shows engines as they are', async () => {
    const bad = await startUpstream(json(500, { error: { message: 'boom' } }));
    const good = await startUpstream(json(200, { usage: { prompt_tokens: 3, completion_tokens: 5 } }));
    const r = await startRouter(
      table({
        engines: [engine('bad', bad.url), engine('good', good.url), engine('off', null, { phase: 'stopped' })],
        models: [model('m', [target('bad'), target('good')])],
      }),
    );
    open.push(bad.close, good.close, () => r.close());
    await r.chat({ model: 'm', messages: [] });
    await r.chat({ model: 'made up by a client', messages: [] });
    await r.recorded(({ asked }) => asked === 'made up by a client');
    const answer = await fetch(`${r.url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).not.toContain('made up');
    const found = samples(text);
    const path = '/v1/chat/completions';
    expect(found.get(`stackyard_requests_total{path="${path}",model="m",engine="good",outcome="ok",code=""}`)).toBe(
      1,
    );
    expect(
      found.get(`stackyard_requests_total{path="${path}",model="",engine="",outcome="error",code="model_not_found"}`),
    ).toBe(1);
    expect(found.get('stackyard_upstream_attempts_total{engine="bad",result="refused"}')).toBe(1);
    expect(found.get('stackyard_tokens_total{model="m",engine="good",kind="completion"}')).toBe(5);
    expect(found.get('stackyard_request_duration_seconds_count{model="m",engine="good"}')).toBe(1);
    expect(found.get('stackyard_engine_phase{engine="off",kind="llama.cpp",phase="stopped"}')).toBe(1);
    expect(found.get('stackyard_engine_phase{engine="good",kind="llama.cpp",phase="ready"}')).toBe(1);
    expect(found.get('stackyard_requests_in_flight{engine="good"}')).toBe(0);
  });

  it('shows graphics cards as DCGM names them, and engines’ share; what is not known has no sample', async () => {
    const r = await startRouter(table({}));
    open.push(() => r.close());
    r.handle({ type: 'gpus', levels: gpuLevels(GPU_SAMPLE) });
    const read = async () => samples(await (await fetch(`${r.url}/metrics`)).text());
    const [first, second] = GPU_SAMPLE.gpus.map(({ uuid }) => uuid);
    const labels = `{gpu="0",UUID="${first}",modelName="NVIDIA GeForce RTX 4090"}`;
    const found = await read();
    expect(found.get(`DCGM_FI_DEV_GPU_UTIL${labels}`)).toBe(63);
    expect(found.get(`DCGM_FI_DEV_FB_USED${labels}`)).toBe(16794);
    expect(found.get(`DCGM_FI_DEV_FB_FREE${labels}`)).toBe(7782);
    expect(found.get(`DCGM_FI_DEV_POWER_USAGE${labels}`)).toBe(287);
    expect(found.get(`stackyard_engine_gpu_memory_bytes{engine="llama",UUID="${first}"}`)).toBe(9 * 1024 ** 3);
    const power = [...found.keys()].filter((key) => key.startsWith('DCGM_FI_DEV_POWER_USAGE'));
    expect(power.some((key) => key.includes(second ?? '?'))).toBe(false);
    r.handle({ type: 'gpus', levels: gpuLevels(NO_GPU) });
    expect([...(await read()).keys()].filter((key) => key.startsWith('DCGM'))).toEqual([]);
  });

  it('shows the machine under OpenTelemetry’s names, and what each engine takes of it', async () => {
    const r = await startRouter(table({}));
    open.push(() => r.close());
    const read = async () => samples(await (await fetch(`${r.url}/metrics`)).text());
    r.handle({ type: 'system', sample: SYSTEM_SAMPLE });
    const found = await read();
    expect(found.get('system_cpu_utilization_ratio')).toBeCloseTo(0.234);
    expect(found.get('system_memory_usage_bytes{state="used"}')).toBe(SYSTEM_SAMPLE.memory_used);
    expect(found.get('system_paging_usage_bytes{state="free"}')).toBe(7.7 * 1024 ** 3);
    expect(found.get('system_filesystem_usage_bytes{folder="/home/ann/models",state="free"}')).toBe(212 * 1024 ** 3);
    expect(found.get('stackyard_engine_memory_bytes{engine="llama",kind="file"}')).toBe(2.4 * 1024 ** 3);
    expect(found.get('stackyard_engine_cpu_cores{engine="llama"}')).toBeCloseTo(1.825);
    expect(found.get('stackyard_engine_threads{engine="ollama"}')).toBe(31);
    expect(found.get('stackyard_engine_uptime_seconds{engine="ollama"}')).toBe(91);
    r.handle({ type: 'system', sample: { ...SYSTEM_SAMPLE, cpu: null, swap_used: null, disks: [], engines: [] } });
    const unknown = [...(await read()).keys()].filter((key) =>
      /^(?:system_(?!memory)|stackyard_engine_(?:memory|cpu|threads|uptime))/.test(key),
    );
    expect(unknown).toEqual([]);
  });

  it('needs a key where keys are set, and a key sees only its own models in the lists', async () => {
    const key = {
      name: 'k',
      key: 'sk-1',
      models: ['mine'],
      requests_per_minute: null,
      tokens_per_minute: null,
      expires: null,
    };
    const plain = table({ models: [model('mine', []), model('theirs', [])] });
    const r = await startRouter({ ...plain, access: { ...plain.access, keys: [key] } });
    open.push(() => r.close());
    expect((await fetch(`${r.url}/metrics`)).status).toBe(401);
    const headers = { authorization: 'Bearer sk-1' };
    const get = async (path: string) => (await fetch(`${r.url}${path}`, { headers })).json();
    expect(await get('/v1/models')).toMatchObject({ data: [{ id: 'mine' }] });
    expect(await get('/v1/models/theirs')).toMatchObject({ error: { code: 'model_not_found' } });
    expect(await get('/api/tags')).toMatchObject({ models: [{ name: 'mine' }] });
  });
});
