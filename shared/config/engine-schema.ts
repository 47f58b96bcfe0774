/** The keys of one engine; part of the one definition in `schema.ts`. */
import * as v from 'valibot';
import { ENGINE_KINDS } from '../model.ts';
import { list, named, off, required, section, setting, switchable } from './keys.ts';
import { anyText, choice, count, duration, engineName, httpUrl, size, text } from './scalars.ts';

const enginePort = count(1, 65_535);

const restart = section(
  {
    max: setting(count(0), 5, 'Restarts allowed within `window`; then the engine is `failed`. 0 never restarts.'),
    window: setting(duration, '10m', 'Over how long restarts are counted.'),
    backoff: setting(
      duration,
      '1s',
      'Pause before a restart; doubles each time that it ends again before it was ready.',
    ),
    backoff_max: setting(duration, '30s', 'Longest pause.'),
  },
  'What to do when the process ends by itself; `null` never restarts it.',
  { max: 0 },
);

const health = section(
  {
    every: switchable(duration, '10s', 'Probe after this long without a byte from the engine; `null` never probes.'),
    failures: setting(count(1), 3, 'Failed probes in a row before it counts as unhealthy.'),
  },
  'How a running engine is watched; `null` never probes it.',
  { every: null },
);

/** One engine as written, before the defaults that depend on its kind. */
export const engineSchema = v.strictObject({
  kind: required(choice(ENGINE_KINDS), 'What program it is.'),
  mode: off(
    choice(['auto', 'managed', 'external']),
    '`managed`: Stackyard runs it. `external`: somebody else does, it is only used. `auto`: use a running one, else run it. Default: `auto` for ollama, `external` for openai, else `managed`.',
  ),
  manager: setting(choice(['process', 'systemd']), 'process', 'Run it as our own process or through a systemd unit.'),
  unit: off(text, 'The unit of the user’s own systemd, with `manager: systemd`.'),
  url: off(
    httpUrl,
    'Address of an external engine: the server’s root, or for `openai` the base before `/chat/completions`, usually ending in `/v1`. Wins over `host` and `port`.',
  ),
  host: setting(text, '127.0.0.1', 'Address the engine listens on.'),
  port: off(
    enginePort,
    'Port of the engine. Default: a free port when Stackyard runs it as its own process; else ollama 11434, vllm 8000, llama.cpp 8080, llama-cpp-python 8000, litellm 4000.',
  ),
  api_key: off(text, 'Key sent to the engine, e.g. `${secret:workstation}`.'),
  command: off(text, 'Program to run, a name on PATH or a path. Default: the usual one of the kind.'),
  args: list(anyText, [], 'Further arguments, one item each.'),
  env: named(text, anyText, 'Environment variables for the process.'),
  cwd: off(text, 'Working folder of the process.'),
  model: off(text, 'llama.cpp, llama-cpp-python: a model file. vllm: a Hugging Face id or a folder.'),
  models_dir: off(text, 'llama.cpp: a folder of models, loaded as they are asked for.'),
  preset: off(text, 'llama.cpp: a presets file of its router mode.'),
  config: off(text, 'litellm: your own config file. Default: one made from this file.'),
  start: setting(
    choice(['with-app', 'on-demand', 'manual']),
    'on-demand',
    'When it starts: with the stack, when a request asks for it, or only by hand.',
  ),
  depends_on: list(engineName, [], 'Engines that must be ready first.'),
  group: off(text, 'Of the engines of one group only one runs at a time.'),
  idle_stop: off(duration, 'Stop it after this long without a request.'),
  ready_timeout: setting(duration, '10m', 'How long it may take to become ready; extended while it makes progress.'),
  stop_timeout: setting(duration, '10s', 'How long draining, and then ending by itself, may take.'),
  restart,
  health,
  max_memory: off(size, 'Restart it, when idle, once it uses more than this.'),
  max_concurrent: off(count(1), 'Requests it gets at once; more wait.'),
});
