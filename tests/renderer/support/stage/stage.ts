/** Opens the window over the scripted bridge: `?scene=busy|calm|no-gpu|together|pulls|unused|bare|unset|edited|install|installing|litellm-file`. For eyes only, see `photograph.mjs`. */
import { gpuPast } from '../../../fixtures/gpu/past.ts';
import { GPU_SAMPLE, NO_GPU } from '../../../fixtures/gpu/sample.ts';
import { SYSTEM_SAMPLE } from '../../../fixtures/system/sample.ts';
import { BROKEN_FILE, INSTALLING, lacking, NOT_INSTALLED } from '../litellm-setup.ts';
import { CONFIG_FILE, CONFIG_TEXT, ENGINES, JOBS, MODELS, SNAPSHOT, UNSET } from '../recorded.ts';
import { FITS, FOOTPRINTS } from '../recorded-fits.ts';
import { PROOFS } from '../recorded-proofs.ts';
import { COOLDOWNS, REQUESTS } from '../recorded-requests.ts';
import { scriptedBridge } from '../scripted-bridge.ts';

const scene = new URLSearchParams(window.location.search).get('scene') ?? 'busy';

const CALM = {
  ...SNAPSHOT,
  light: 'on' as const,
  engines: ENGINES.filter((e) => e.name === 'ollama' || e.name === 'llama'),
  models: MODELS.filter((m) => m.targets[0]?.engine === 'ollama' || m.targets[0]?.engine === 'llama'),
};
/** The rules of living together: a pinned holder of a group, one that waits for it, one that is idle and one that is needed. */
const TOGETHER = {
  ...SNAPSHOT,
  engines: ENGINES.map((e, i) => {
    if (i === 0)
      return {
        ...e,
        owner: 'managed' as const,
        run_by: null,
        phase: 'ready' as const,
        cause: null,
        idle_stop_at: new Date(Date.now() + 230_000).toISOString(),
      };
    if (i === 1) return { ...e, phase: 'ready' as const, cause: null, group: 'gpu0', pinned: true, max_memory: 8e9 };
    if (i > 2) return e;
    const waits_for = { engine: ENGINES[1]?.name ?? '', why: 'group' as const };
    return {
      ...e,
      phase: 'stopped' as const,
      cause: null,
      pid: null,
      memory: null,
      group: 'gpu0',
      waiting: 2,
      waits_for,
    };
  }),
};
const lacks = (code: 'install_needed' | 'engine_config_invalid') => ({
  ...SNAPSHOT,
  engines: ENGINES.map((one) => (one.name === 'litellm' ? lacking(one, code) : one)),
});
const snapshots = {
  together: TOGETHER,
  install: lacks('install_needed'),
  installing: lacks('install_needed'),
  'litellm-file': lacks('engine_config_invalid'),
  busy: SNAPSHOT,
  calm: CALM,
  'no-gpu': CALM,
  unset: UNSET,
  edited: SNAPSHOT,
  pulls: SNAPSHOT,
  unused: { ...SNAPSHOT, models: [] },
  bare: { ...SNAPSHOT, engines: [], models: [] },
};
const snapshot = snapshots[scene as keyof typeof snapshots] ?? SNAPSHOT;

const GPUS = {
  ...GPU_SAMPLE,
  at: new Date().toISOString(),
  warnings: [
    {
      gpu: GPU_SAMPLE.gpus[0]?.uuid ?? '',
      engine: null,
      kind: 'temperature' as const,
      message: 'NVIDIA GeForce RTX 4090 is at 91 °C; `gpu.warn_celsius` is 85.',
    },
  ],
};

/** A driver that is not loaded, and a card without its tool. */
const BROKEN_GPU = {
  ...NO_GPU,
  sources: [
    {
      vendor: 'nvidia' as const,
      state: 'broken' as const,
      reason:
        "nvidia-smi fails: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver (exit code 9).",
    },
    {
      vendor: 'amd' as const,
      state: 'no_tool' as const,
      reason: 'There is a card of AMD, but no driver that tells of it: load amdgpu.',
    },
    { vendor: 'intel' as const, state: 'absent' as const, reason: null },
  ],
};

const script = scriptedBridge({
  'snapshot.get': () => ({ ok: true, value: snapshot }),
  'jobs.list': () => ({ ok: true, value: scene === 'pulls' ? JOBS : scene === 'installing' ? [INSTALLING] : [] }),
  'requests.list': () => ({ ok: true, value: REQUESTS }),
  'cooldowns.list': () => ({ ok: true, value: COOLDOWNS }),
  'engine.setup': () => ({
    ok: true,
    value: scene === 'litellm-file' ? BROKEN_FILE : scene.startsWith('install') ? NOT_INSTALLED : null,
  }),
  'verify.last': () => ({ ok: true, value: PROOFS }),
  'work.watch': ({ on }) => {
    const point = (at: number) => ({
      at,
      running: 2 + Math.round(Math.sin(at / 40_000)),
      waiting: Math.max(0, Math.round(2 * Math.sin(at / 60_000))),
      cache: 0.4 + 0.2 * Math.sin(at / 90_000),
      prompt_rate: 900 + 300 * Math.sin(at / 30_000),
      generation_rate: 64 + 20 * Math.sin(at / 50_000),
      prefix_hits: 0.31,
    });
    const now = Date.now();
    if (on)
      setTimeout(() => {
        for (let n = 300; n >= 0; n -= 1)
          script.emit('work', [{ engine: 'llama', ...point(now - 2_000 * n), loaded: null }]);
      }, 100);
    return { ok: true, value: null };
  },
  'model.fit': () => ({ ok: true, value: FITS }),
  'footprints.list': () => ({ ok: true, value: FOOTPRINTS }),
  'gpu.history': ({ span }) => ({
    ok: true,
    value: span === 'hour' ? gpuPast(Date.now(), 3_600, 1_000) : gpuPast(Date.now(), 10_080, 60_000),
  }),
  'gpu.watch': ({ on }) => {
    if (on)
      setTimeout(() =>
        script.emit('gpu', scene === 'no-gpu' ? BROKEN_GPU : scene === 'bare' || scene === 'unset' ? NO_GPU : GPUS),
      );
    return { ok: true, value: null };
  },
  'system.watch': ({ on }) => {
    if (on) setTimeout(() => script.emit('system', SYSTEM_SAMPLE));
    return { ok: true, value: null };
  },
  'config.read': () => ({ ok: true, value: CONFIG_FILE }),
  'config.plan': () => ({
    ok: true,
    value: {
      findings: [],
      plan: {
        base_revision: '3fa2b1c0d9e8',
        revision: 'aa',
        changed: true,
        engines: [
          { name: 'ollama', action: 'keep', keys: [], running: true },
          { name: 'llama', action: 'keep', keys: [], running: true },
          { name: 'qwen-vllm', action: 'restart', keys: ['args', 'port'], running: true },
        ],
        routes: ['qwen-coder', 'gpt-4o-mini'],
        gateway: { action: 'keep', keys: [] },
        in_flight: 4,
        other: [],
      },
    },
  }),
});
Object.assign(window, { stackyard: script.bridge, script });
if (scene === 'edited') {
  const text = CONFIG_TEXT.replace('port: 8001', 'port: 8002').replace('least-busy', 'least-bussy');
  sessionStorage.setItem('stackyard.draft', JSON.stringify({ file: CONFIG_FILE, text }));
}
await import('../../../../renderer/main.tsx');
