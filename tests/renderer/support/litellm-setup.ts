/** What the host says about an engine `litellm` that lacks something; for tests and photographs. */
import type { EngineSetup } from '../../../shared/contract/ipc.ts';
import type { EngineView, JobView } from '../../../shared/model.ts';

const FOLDER = '/home/ada/.local/state/stackyard/venvs/litellm-1.106.2';
const PATH = '/home/ada/config/litellm-unified.yaml';

const install = {
  title: 'LiteLLM 1.106.2',
  folder: FOLDER,
  download: 175_785_632,
  needed: true,
  program: null,
  cause: { code: 'install_needed', message: 'LiteLLM is not installed.', hint: null },
} as const;

export const NOT_INSTALLED: EngineSetup = {
  engine: 'litellm',
  install,
  file: { path: `${FOLDER}/litellm.yaml`, generated: true, findings: [], cause: null },
};

export const BROKEN_FILE: EngineSetup = {
  engine: 'litellm',
  install: { ...install, needed: false, program: FOLDER, cause: null },
  file: {
    path: PATH,
    generated: false,
    cause: { code: 'engine_config_invalid', message: `${PATH}:12:5: The alias`, hint: null },
    findings: [
      {
        severity: 'error',
        code: 'wrong_type',
        message: 'The alias `qwen` is a list where LiteLLM expects one name.',
        hint: 'Remove it: `qwen` is in the `model_list` already.',
        path: ['router_settings', 'model_group_alias', 'qwen'],
        ...{ line: 12, column: 5, endLine: 12, endColumn: 9 },
        frame: '  12 |     qwen:\n     |     ^^^^',
      },
      {
        severity: 'warning',
        code: 'misplaced_key',
        message: '`drop_params` has no effect in `router_settings`.',
        hint: 'Move it to `litellm_settings`.',
        path: ['router_settings', 'drop_params'],
        ...{ line: 15, column: 3, endLine: 15, endColumn: 14 },
        frame: '  15 |   drop_params: true\n     |   ^^^^^^^^^^^',
      },
    ],
  },
};

export const INSTALLING: JobView = {
  id: 'job-7',
  kind: 'install',
  engine: 'litellm',
  title: 'LiteLLM 1.106.2',
  phase: 'running',
  doing: 'downloading boto3',
  done_bytes: 61_000_000,
  total_bytes: 175_785_632,
  rate: 4_000_000,
  left_ms: 28_000,
  outcome: null,
  cause: null,
  started: '2026-11-02T14:00:00.000Z',
  ended: null,
};

/** The engine's row in the snapshot that goes with it. */
export const lacking = (engine: EngineView, code: 'install_needed' | 'engine_config_invalid'): EngineView => ({
  ...engine,
  phase: 'failed',
  held: false,
  version: null,
  cause: { code, message: 'It lacks something.', hint: null },
});
