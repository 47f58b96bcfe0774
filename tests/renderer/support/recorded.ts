/** Snapshots and answers as a host gives them, for component tests and for looking at the window without a host. */
import type { Detected, FoundModel } from '../../../shared/contract/detected.ts';
import type { ConfigFile, ConfigVersion } from '../../../shared/contract/ipc.ts';
import type {
  CrashCard,
  EngineDetail,
  EngineView,
  JobView,
  LogLine,
  ModelView,
  Plan,
  StackSnapshot,
} from '../../../shared/model.ts';

/** An engine that is ready and ours, but for what `change` says. */
export const engine = (name: string, change: Partial<EngineView> = {}): EngineView => ({
  name,
  kind: 'llama.cpp',
  owner: 'managed',
  phase: 'ready',
  held: false,
  pid: 20413,
  port: 8080,
  url: 'http://127.0.0.1:8080',
  version: 'b6912',
  since: '2026-11-23T07:58:12.000Z',
  restarts: 0,
  memory: 1_912_602_624,
  cause: null,
  start: 'on-demand',
  group: null,
  progress: null,
  in_flight: 0,
  waiting: 0,
  command: 'llama-server --host 127.0.0.1 --port 8080 --models-dir ~/models -t 4',
  loads_models: true,
  run_by: null,
  adopted: false,
  pulls: 'file',
  pinned: false,
  waits_for: null,
  idle_stop_at: null,
  max_memory: null,
  made_room: 0,
  ...change,
});

/** A discovered model with one ready target, but for what `change` says. */
export const model = (id: string, engineName: string, change: Partial<ModelView> = {}): ModelView => ({
  id,
  origin: 'discovered',
  alias_of: null,
  targets: [{ engine: engineName, model: id, phase: 'ready', progress: null }],
  ...change,
});

const OLLAMA = engine('ollama', {
  kind: 'ollama',
  pulls: 'name',
  owner: 'external',
  pid: null,
  port: 11434,
  url: 'http://127.0.0.1:11434',
  version: '0.12.6',
  memory: null,
  command: null,
  adopted: true,
  run_by: {
    by: 'systemd',
    pid: 1184,
    name: 'ollama',
    user: 'ollama',
    mine: false,
    unit: { name: 'ollama.service', scope: 'system' },
    parent: null,
  },
});

const FAILED = engine('qwen-vllm', {
  kind: 'vllm',
  pulls: null,
  phase: 'failed',
  pid: null,
  port: 8001,
  url: 'http://127.0.0.1:8001',
  version: '0.11.0',
  memory: null,
  restarts: 3,
  group: 'gpu0',
  command: 'vllm serve Qwen/Qwen2.5-Coder-7B-Instruct-AWQ --host 127.0.0.1 --port 8001 --max-model-len 32768',
  loads_models: false,
  run_by: null,
  adopted: false,
  cause: {
    code: 'out_of_memory',
    message: 'vLLM asked for 21.6 GB of GPU memory and 13.8 GB was free. Trying again would fail the same way.',
    hint: 'Unload something, or use a smaller model or context.',
  },
});

export const ENGINES: readonly EngineView[] = [
  OLLAMA,
  engine('llama', { in_flight: 2 }),
  FAILED,
  engine('big', {
    phase: 'loading',
    progress: 0.43,
    pid: 23102,
    port: 8090,
    url: 'http://127.0.0.1:8090',
    waiting: 1,
    memory: 6_200_000_000,
    loads_models: false,
    run_by: null,
    adopted: false,
  }),
  engine('litellm', {
    kind: 'litellm',
    pulls: null,
    phase: 'stopped',
    held: true,
    start: 'manual',
    pid: null,
    port: 4100,
    url: 'http://127.0.0.1:4100',
    version: '1.79.1',
    memory: null,
    loads_models: false,
    run_by: null,
    adopted: false,
  }),
  engine('workstation', {
    kind: 'openai',
    pulls: null,
    owner: 'external',
    phase: 'stopped',
    pid: null,
    port: 8000,
    url: 'http://192.0.2.10:8000/v1',
    version: null,
    memory: null,
    command: null,
    loads_models: false,
    run_by: null,
    adopted: false,
  }),
];

const target = (
  engineName: string,
  id: string,
  phase: ModelView['targets'][number]['phase'],
  progress: number | null = null,
) => ({ engine: engineName, model: id, phase, progress }) as const;

export const MODELS: readonly ModelView[] = [
  model('qwen-coder', 'qwen-vllm', {
    origin: 'entry',
    targets: [
      target('qwen-vllm', 'Qwen/Qwen2.5-Coder-7B-Instruct-AWQ', 'failed'),
      { ...target('ollama', 'qwen2.5-coder:7b', 'not_loaded'), bytes: 4_683_087_332, context_length: 32_768 },
      target('workstation', 'gpt-oss-20b', 'cooling'),
    ],
  }),
  model('llama3.1', 'ollama', { origin: 'entry', targets: [target('ollama', 'llama3.1:latest', 'ready')] }),
  model('gpt-4o-mini', 'qwen-vllm', {
    origin: 'alias',
    alias_of: 'qwen-coder',
    targets: [
      target('qwen-vllm', 'Qwen/Qwen2.5-Coder-7B-Instruct-AWQ', 'failed'),
      target('ollama', 'qwen2.5-coder:7b', 'not_loaded'),
    ],
  }),
  model('llama3.1:latest', 'ollama'),
  model('nomic-embed-text:latest', 'ollama'),
  model('gemma-3-4b-it', 'llama'),
  model('Qwen3-30B-A3B-Instruct-2507-Q4_K_M', 'big', {
    targets: [target('big', 'Qwen3-30B-A3B-Instruct-2507-Q4_K_M', 'loading', 0.43)],
  }),
  model('qwen2.5-coder:7b', 'ollama', { targets: [target('ollama', 'qwen2.5-coder:7b', 'not_loaded')] }),
  model('deepseek-r1:14b', 'ollama', { targets: [target('ollama', 'deepseek-r1:14b', 'sleeping')] }),
  model('phi-4-Q5_K_M', 'llama', { targets: [target('llama', 'phi-4-Q5_K_M', 'not_loaded')] }),
  model('mistral-small-24b-Q4_K_S', 'llama', { targets: [target('llama', 'mistral-small-24b-Q4_K_S', 'failed')] }),
];

export const SNAPSHOT: StackSnapshot = {
  schema: 1,
  revision: 7,
  stack_on: true,
  light: 'attention',
  gateway: { url: 'http://127.0.0.1:4000', phase: 'ready', in_flight: 2, waiting: 1, cause: null, keys: false },
  config: {
    path: '/home/ada/.config/stackyard/stackyard.yaml',
    revision: '3fa2b1c0d9e8',
    phase: 'applied',
    findings: [],
    theme: 'system',
  },
  engines: ENGINES,
  models: MODELS,
  router: { pid: 4711 },
  host: { pid: 4700, version: '0.1.0', started: '2026-11-23T03:10:00.000Z' },
};

/** What a host without any config says. */
export const UNSET: StackSnapshot = {
  ...SNAPSHOT,
  light: 'off',
  gateway: { ...SNAPSHOT.gateway, url: null, phase: 'stopped', in_flight: 0, waiting: 0 },
  config: { path: null, revision: null, phase: null, findings: [], theme: null },
  engines: [],
  models: [],
};

export const CONFIG_TEXT = `version: 1
gateway:
  port: 4000              # the one port that apps know

engines:
  ollama: { kind: ollama }   # adopts a running Ollama, else starts it
  llama:
    kind: llama.cpp
    models_dir: ~/models     # llama-server's router mode
    port: 8080
    start: with-app
    args: ["-t", "4", "--alias", "my model"]
  qwen-vllm:
    kind: vllm
    model: Qwen/Qwen2.5-Coder-7B-Instruct-AWQ
    port: 8001
    start: on-demand         # with-app | on-demand | manual
    idle_stop: 15m
    group: gpu0

models:
  qwen-coder:
    targets:
      - { engine: qwen-vllm, model: Qwen/Qwen2.5-Coder-7B-Instruct-AWQ, weight: 3 }
      - { engine: ollama, model: "qwen2.5-coder:7b" }
    strategy: least-busy
    fallbacks: [llama3.1]
  llama3.1: { targets: [{ engine: ollama, model: "llama3.1:latest" }] }

aliases: { gpt-4o-mini: qwen-coder }
`;

export const CONFIG_FILE: ConfigFile = {
  path: '/home/ada/.config/stackyard/stackyard.yaml',
  exists: true,
  text: CONFIG_TEXT,
  revision: '3fa2b1c0d9e8',
  running_revision: '3fa2b1c0d9e8',
  findings: [],
};

const noChange: Plan = {
  base_revision: null,
  revision: '3fa2b1c0d9e8',
  changed: false,
  engines: [],
  routes: [],
  gateway: { action: 'keep', keys: [] },
  in_flight: 0,
  other: [],
};

/** Newest first: what runs, an earlier edit by hand, and the first one. */
export const VERSIONS: readonly [ConfigVersion, ConfigVersion, ConfigVersion] = [
  {
    revision: '3fa2b1c0d9e8',
    at: '2026-03-04T09:31:00.000Z',
    origin: 'window',
    plan: {
      ...noChange,
      base_revision: 'aa10f3c0d9e7',
      changed: true,
      engines: [{ name: 'qwen-vllm', action: 'restart', keys: ['args'], running: true }],
      routes: ['gpt-4o-mini'],
    },
    text: CONFIG_TEXT,
  },
  {
    revision: 'aa10f3c0d9e7',
    at: '2026-03-03T17:02:00.000Z',
    origin: 'file',
    plan: { ...noChange, base_revision: '77c0d9e8aa10', changed: true, other: ['logs'] },
    text: CONFIG_TEXT.replace('aliases: { gpt-4o-mini: qwen-coder }\n', ''),
  },
  {
    revision: '77c0d9e8aa10',
    at: '2026-03-01T08:00:00.000Z',
    origin: 'start',
    plan: {
      ...noChange,
      changed: true,
      engines: [{ name: 'ollama', action: 'add', keys: [], running: false }],
      gateway: { action: 'rebind', keys: ['host', 'port'] },
    },
    text: 'version: 1\nengines:\n  ollama: { kind: ollama }\n',
  },
];

function foundModel(name: string, more: Partial<FoundModel>): FoundModel {
  return {
    path: `/home/ada/models/${name}.gguf`,
    name,
    store: 'folder',
    format: 'gguf',
    purpose: 'chat',
    quantization: 'Q4_K_M',
    context_length: 32_768,
    parameters: null,
    bytes: 0,
    problem: null,
    ...more,
  };
}

export const DETECTED: Detected = {
  config_path: '/home/ada/.config/stackyard/stackyard.yaml',
  gateway: { port: 4001, busy: { port: 4000, holder: 'pid 2113 (litellm)' } },
  model_folders: [
    {
      path: '/home/ada/models',
      store: 'folder',
      models_dir: true,
      files: 4,
      bytes: 14_800_000_000,
      complete: true,
      models: [
        foundModel('gemma-3-4b-it-Q8_0', { quantization: 'Q8_0', bytes: 4_130_000_000, parameters: 3_880_000_000 }),
        foundModel('gemma-3-4b-it-mmproj', { purpose: 'projector', quantization: 'F16', bytes: 851_000_000 }),
        foundModel('half-downloaded', {
          bytes: 210_000_000,
          problem: 'not readable: it ends in the middle of its header',
        }),
        foundModel('qwen2.5-coder-14b', { bytes: 9_609_000_000, parameters: 14_770_000_000 }),
      ],
    },
    {
      path: '/home/ada/.ollama/models',
      store: 'ollama',
      models_dir: false,
      files: 2,
      bytes: 9_400_000_000,
      complete: true,
      models: [
        foundModel('llama3.1:latest', { store: 'ollama', bytes: 4_700_000_000, parameters: 8_030_000_000 }),
        foundModel('qwen2.5-coder:7b', { store: 'ollama', bytes: 4_700_000_000, parameters: 7_620_000_000 }),
      ],
    },
    {
      path: '/home/ada/.cache/huggingface/hub/models--Qwen--Qwen2.5-Coder-7B-Instruct-AWQ/snapshots/4b2f8a',
      store: 'huggingface',
      models_dir: false,
      files: 2,
      bytes: 5_570_000_000,
      complete: true,
      models: [
        foundModel('Qwen/Qwen2.5-Coder-7B-Instruct-AWQ', {
          store: 'huggingface',
          format: 'safetensors',
          quantization: 'AWQ 4-bit',
          bytes: 5_570_000_000,
        }),
      ],
    },
  ],
  found: [
    {
      id: 'port:11434',
      kind: 'ollama',
      title: 'Ollama',
      command: '/usr/bin/ollama',
      on_path: true,
      blocked: null,
      version: '0.12.6',
      running: {
        url: 'http://127.0.0.1:11434',
        port: 11434,
        holder: 'pid 1184 (ollama)',
        models: ['llama3.1:latest', 'qwen2.5-coder:7b'],
        needs_key: false,
      },
      note: 'Stackyard uses it as it is and never stops it.',
    },
    {
      id: 'path:llama-server',
      kind: 'llama.cpp',
      title: 'llama.cpp',
      command: '/usr/local/bin/llama-server',
      on_path: true,
      blocked: null,
      version: 'b6912',
      running: null,
      note: 'Stackyard starts it when asked and loads models from a folder.',
    },
    {
      id: 'at:/home/ada/venvs/vllm/bin/vllm',
      kind: 'vllm',
      title: 'vLLM',
      command: '/home/ada/venvs/vllm/bin/vllm',
      on_path: false,
      blocked: null,
      version: '0.11.0',
      running: null,
      note: 'Serves one model; it is started when that is asked for.',
    },
    {
      id: 'at:/home/ada/.local/share/uv/tools/litellm/bin/litellm',
      kind: 'litellm',
      title: 'LiteLLM',
      command: '/home/ada/.local/share/uv/tools/litellm/bin/litellm',
      on_path: false,
      version: '1.82.8',
      running: null,
      note: 'In /home/ada/.local/share/uv/tools/litellm.',
      blocked:
        'LiteLLM 1.82.8 is a compromised release that steals credentials, and does so whenever its Python starts. Stackyard never runs it: remove /home/ada/.local/share/uv/tools/litellm, and change every key it could read.',
    },
  ],
};

const TALK: readonly (readonly [LogLine['level'], string])[] = [
  ['info', 'Python 3.12.7, torch 2.8.0+cu128'],
  ['info', 'CUDA_VISIBLE_DEVICES=0'],
  ['info', 'Loading config.json'],
  [
    'info',
    'args: model_tag=Qwen/Qwen2.5-Coder-7B-Instruct-AWQ host=127.0.0.1 port=8001 max_model_len=32768 gpu_memory_utilization=0.9 enable_prefix_caching=True served_model_name=None',
  ],
  ['debug', 'prefix caching is enabled'],
  ['info', 'Using FlashAttention backend on V1 engine'],
  ['warn', 'NCCL not configured, using gloo for 1 rank'],
  ['info', 'Loading safetensors checkpoint shards: 100% 2/2'],
  ['error', 'Free memory on device (13.8/24.0 GiB) on startup is less than desired'],
];

/** `count` lines of a log, one second apart. */
export function logLines(count: number, from = 0): readonly LogLine[] {
  return Array.from({ length: count }, (_, i): LogLine => {
    const n = from + i;
    const own = n % 41 === 0;
    const [level, text] = own
      ? (['info', 'Started for a request to qwen-coder. Attempt 1 of 3, pid 22871.'] as const)
      : (TALK[n % TALK.length] ?? ['info', '']);
    return {
      seq: n * 100,
      at: new Date(Date.UTC(2026, 10, 23, 12, 0, 0) + n * 137).toISOString(),
      level,
      text,
      source: own ? 'stackyard' : 'engine',
    };
  });
}

/** How the failed engine of `ENGINES` ended, twice. */
export const CRASHES: readonly CrashCard[] = [
  {
    at: '2026-11-23T14:02:31.000Z',
    code: 1,
    signal: null,
    ran_ms: 38_412,
    cause: FAILED.cause as CrashCard['cause'],
    lines: logLines(50, 4).map((line, i) => ({ ...line, seq: i })),
    command: FAILED.command,
    port: null,
  },
  {
    at: '2026-11-23T13:41:05.000Z',
    code: null,
    signal: 'SIGKILL',
    ran_ms: 4_020_000,
    cause: {
      code: 'exited',
      message: 'The process was killed (SIGKILL).',
      hint: 'If nobody did that, the system probably ran out of memory: its kernel log says so. Use a smaller model or context.',
    },
    lines: logLines(12).map((line, i) => ({ ...line, seq: i })),
    command: FAILED.command,
    port: null,
  },
];

/** What a host says of an engine's page. */
export function detailOf(name: string): EngineDetail {
  const view = ENGINES.find((one) => one.name === name) ?? engine(name);
  const up = view.phase === 'ready' || view.phase === 'loading';
  const url = view.url ?? 'http://127.0.0.1:1';
  const answered = (status: number | null, verdict: 'ready' | 'loading' | null, message: string | null) => ({
    at: '2026-11-23T14:02:30.000Z',
    ms: 4,
    status,
    verdict,
    message,
  });
  const health = view.phase === 'loading' ? answered(503, 'loading', 'Loading model') : answered(200, 'ready', null);
  return {
    engine: name,
    title: view.kind,
    speaks: ['chat', 'completions', 'embeddings'],
    command: view.command,
    env: view.kind === 'vllm' ? { HF_TOKEN: '••••••', VLLM_LOGGING_LEVEL: 'INFO' } : {},
    cwd: view.owner === 'external' ? null : '/home/ada/.config/stackyard',
    probes: [
      { probe: 'ready', method: 'GET', url: `${url}/health`, last: up ? health : null },
      { probe: 'live', method: 'GET', url: `${url}/health`, last: view.phase === 'ready' ? health : null },
      { probe: 'models', method: 'GET', url: `${url}/v1/models`, last: up ? answered(200, null, null) : null },
      { probe: 'version', method: 'GET', url: `${url}/props`, last: up ? answered(200, null, null) : null },
    ],
    crashes: name === FAILED.name ? CRASHES : [],
    run_by: view.run_by,
    log_path: `/home/ada/.local/state/stackyard/logs/${name}.log`,
  };
}

/** A download that moves, but for what `change` says. */
export const job = (id: string, change: Partial<JobView> = {}): JobView => ({
  id,
  kind: 'pull',
  engine: 'llama',
  title: 'hf:ggml-org/gemma-3-4b-it-GGUF/gemma-3-4b-it-Q4_K_M.gguf',
  phase: 'running',
  doing: 'downloading',
  done_bytes: 1_071_000_000,
  total_bytes: 2_490_000_000,
  rate: 23_400_000,
  left_ms: 61_000,
  outcome: null,
  cause: null,
  started: '2026-11-23T09:00:00.000Z',
  ended: null,
  ...change,
});

const over = { rate: null, left_ms: null, doing: null, ended: '2026-11-23T09:10:00.000Z' };

/** One of each sort that a person may see. */
export const JOBS: readonly JobView[] = [
  job('job-5'),
  job('job-4', {
    engine: 'ollama',
    title: 'qwen2.5:7b',
    phase: 'waiting',
    doing: 'the connection to ollama broke (ECONNRESET); trying again',
    done_bytes: null,
    total_bytes: null,
    rate: null,
    left_ms: null,
  }),
  job('job-3', {
    title: 'https://models.example.org/private/tiny.gguf',
    phase: 'failed',
    done_bytes: null,
    total_bytes: null,
    ...over,
    cause: {
      code: 'download_denied',
      message: 'models.example.org answers 401: it does not give us this file.',
      hint: 'Use an address that needs no login, or download it with your browser.',
    },
  }),
  job('job-2', { title: 'hf:org/big-GGUF/big-00001-of-00003.gguf', phase: 'cancelled', ...over }),
  job('job-1', {
    title: 'hf:org/repo/phi-4-mini-Q8_0.gguf',
    phase: 'done',
    ...over,
    done_bytes: 4_080_000_000,
    total_bytes: 4_080_000_000,
    outcome: 'It is in /home/ada/models/phi-4-mini-Q8_0.gguf.',
  }),
];
