/**
 * What a host tells, scene by scene, as of one moment: for looking at the window without a host (`stage.ts`), and for the
 * pictures of the pages, where that moment stands still (`tests/e2e/pages.full.test.ts`). Figures are recorded or made up,
 * none is read from the machine. Never shipped.
 */
import type { Conversation } from '../../../../renderer/chat/conversation.ts';
import type { ConfigFile, RequestNews } from '../../../../shared/contract/ipc.ts';
import type { WorkPoint } from '../../../../shared/engine-work.ts';
import type { GpuSample } from '../../../../shared/gpu.ts';
import type { StackSnapshot } from '../../../../shared/model.ts';
import { gpuPast } from '../../../fixtures/gpu/past.ts';
import { GPU_SAMPLE, NO_GPU } from '../../../fixtures/gpu/sample.ts';
import { SYSTEM_SAMPLE } from '../../../fixtures/system/sample.ts';
import { BROKEN_FILE, INSTALLING, lacking, NOT_INSTALLED } from '../litellm-setup.ts';
import { CONFIG_FILE, CONFIG_TEXT, ENGINES, JOBS, MODELS, SNAPSHOT, UNSET } from '../recorded.ts';
import { SIDE_BY_SIDE, TALK } from '../recorded-chats.ts';
import { FITS, FOOTPRINTS } from '../recorded-fits.ts';
import { proofsAt } from '../recorded-proofs.ts';
import { cooldownsUntil, REQUESTS } from '../recorded-requests.ts';
import { trafficAt } from '../recorded-traffic.ts';
import { type Script, scriptedBridge } from '../scripted-bridge.ts';

export interface Scene {
  readonly script: Script;
  /** The config that is being edited; null: none. */
  readonly draft: { readonly file: ConfigFile; readonly text: string } | null;
  /** The conversation that the playground has open; null: none. */
  readonly chat: Conversation | null;
}

const CALM: StackSnapshot = {
  ...SNAPSHOT,
  light: 'on',
  engines: ENGINES.filter((e) => e.name === 'ollama' || e.name === 'llama'),
  models: MODELS.filter((m) => m.targets[0]?.engine === 'ollama' || m.targets[0]?.engine === 'llama'),
};

/** The rules of living together: a pinned holder of a group, one that waits for it, one that is idle and one that is needed. */
const togetherAt = (now: number): StackSnapshot => ({
  ...SNAPSHOT,
  engines: ENGINES.map((e, i) => {
    const up = { phase: 'ready', cause: null } as const;
    if (i === 0) return { ...e, ...up, owner: 'managed', run_by: null, idle_stop_at: iso(now + 230_000) };
    if (i === 1) return { ...e, ...up, group: 'gpu0', pinned: true, max_memory: 8e9 };
    if (i > 2) return e;
    const waits_for = { engine: ENGINES[1]?.name ?? '', why: 'group' } as const;
    const down = { phase: 'stopped', cause: null, pid: null, memory: null } as const;
    return { ...e, ...down, group: 'gpu0', waiting: 2, waits_for };
  }),
});

const lacks = (code: 'install_needed' | 'engine_config_invalid'): StackSnapshot => ({
  ...SNAPSHOT,
  engines: ENGINES.map((one) => (one.name === 'litellm' ? lacking(one, code) : one)),
});

const SNAPSHOTS = {
  busy: SNAPSHOT,
  calm: CALM,
  'no-gpu': CALM,
  talk: CALM,
  compare: SNAPSHOT,
  edited: SNAPSHOT,
  pulls: SNAPSHOT,
  unused: { ...SNAPSHOT, models: [] },
  bare: {
    ...SNAPSHOT,
    light: 'on',
    engines: [],
    models: [],
    gateway: { ...SNAPSHOT.gateway, in_flight: 0, waiting: 0 },
  },
  unset: UNSET,
  install: lacks('install_needed'),
  installing: lacks('install_needed'),
  'litellm-file': lacks('engine_config_invalid'),
} as const satisfies Record<string, StackSnapshot>;

export type SceneName = keyof typeof SNAPSHOTS | 'together';

const iso = (ms: number): string => new Date(ms).toISOString();
const NO_REQUESTS: RequestNews = { active: [], more: 0, finished: [] };

/** A driver that is not loaded, and a card without its tool. */
const BROKEN_GPU: GpuSample = {
  ...NO_GPU,
  sources: [
    {
      vendor: 'nvidia',
      state: 'broken',
      reason:
        "nvidia-smi fails: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver (exit code 9).",
    },
    {
      vendor: 'amd',
      state: 'no_tool',
      reason: 'There is a card of AMD, but no driver that tells of it: load amdgpu.',
    },
    { vendor: 'intel', state: 'absent', reason: null },
  ],
};

function gpuOf(scene: SceneName, now: number): GpuSample {
  if (scene === 'no-gpu') return BROKEN_GPU;
  if (scene === 'bare' || scene === 'unset') return NO_GPU;
  if (scene === 'calm' || scene === 'talk') return { ...GPU_SAMPLE, at: iso(now) };
  const hot = {
    gpu: GPU_SAMPLE.gpus[0]?.uuid ?? '',
    engine: null,
    kind: 'temperature',
    message: 'NVIDIA GeForce RTX 4090 is at 91 °C; `gpu.warn_celsius` is 85.',
  } as const;
  return { ...GPU_SAMPLE, at: iso(now), warnings: [hot] };
}

/** What `llama` told of its work, ten minutes long. */
const workPast = (now: number): readonly WorkPoint[] =>
  Array.from({ length: 301 }, (_, n) => {
    const at = now - 2_000 * (300 - n);
    return {
      at,
      running: 2 + Math.round(Math.sin(at / 40_000)),
      waiting: Math.max(0, Math.round(2 * Math.sin(at / 60_000))),
      cache: 0.4 + 0.2 * Math.sin(at / 90_000),
      prompt_rate: 900 + 300 * Math.sin(at / 30_000),
      generation_rate: 64 + 20 * Math.sin(at / 50_000),
      prefix_hits: 0.31,
    };
  });

const NO_TRAFFIC = { per_second: 0, ended: 0, failed: 0, targets: [] };

/** A scene as of `now` (ms since 1970). */
export function sceneAt(name: SceneName, now: number): Scene {
  const snapshot = name === 'together' ? togetherAt(now) : SNAPSHOTS[name];
  const unused = name === 'unused' || name === 'bare' || name === 'unset';
  const ok = <T>(value: T) => ({ ok: true as const, value });
  const script = scriptedBridge({
    'snapshot.get': () => ok(snapshot),
    'jobs.list': () => ok(name === 'pulls' ? JOBS : name === 'installing' ? [INSTALLING] : []),
    'requests.list': () => ok(unused ? NO_REQUESTS : REQUESTS),
    'cooldowns.list': () => ok(unused ? [] : cooldownsUntil(iso(now + 108_000))),
    'engine.setup': () =>
      ok(name === 'litellm-file' ? BROKEN_FILE : name.startsWith('install') ? NOT_INSTALLED : null),
    'verify.last': () => ok(unused ? { running: null, models: [] } : proofsAt(iso(now - 125_000))),
    'traffic.watch': ({ on }) => {
      if (on) setTimeout(() => script.emit('traffic', unused ? NO_TRAFFIC : trafficAt(now)));
      return ok(null);
    },
    'work.watch': ({ on }) => {
      const newest = workPast(now).at(-1);
      if (on && newest) setTimeout(() => script.emit('work', [{ engine: 'llama', ...newest, loaded: null }]), 100);
      return ok(null);
    },
    'work.history': ({ engine }) => ok(engine === 'llama' ? workPast(now) : []),
    'model.fit': () => ok(FITS),
    'footprints.list': () => ok(FOOTPRINTS),
    'gpu.history': ({ span }) => ok(span === 'hour' ? gpuPast(now, 3_600, 1_000) : gpuPast(now, 10_080, 60_000)),
    'gpu.watch': ({ on }) => {
      if (on) setTimeout(() => script.emit('gpu', gpuOf(name, now)));
      return ok(null);
    },
    'system.watch': ({ on }) => {
      if (on) setTimeout(() => script.emit('system', SYSTEM_SAMPLE));
      return ok(null);
    },
    'config.read': () => ok(CONFIG_FILE),
    'config.plan': () =>
      ok({
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
      }),
  });
  const text = CONFIG_TEXT.replace('port: 8001', 'port: 8002').replace('least-busy', 'least-bussy');
  return {
    script,
    draft: name === 'edited' ? { file: CONFIG_FILE, text } : null,
    chat: name === 'talk' ? TALK : name === 'compare' ? SIDE_BY_SIDE : null,
  };
}
