/** Which keys of an engine fit together, by its kind and by who runs it. Works on what is written, before defaults. */
import { ENGINE_KINDS, type EngineKind, type Finding } from '../model.ts';
import type { Locator } from './locate.ts';
import { finding, replacement, show } from './report.ts';
import { defaultMode } from './schema.ts';
import type { Path } from './shape.ts';

type Written = Readonly<Record<string, unknown>>;

/** Keys that only some kinds take. */
const KINDS_OF: Readonly<Record<string, readonly EngineKind[]>> = {
  model: ['llama.cpp', 'vllm', 'llama-cpp-python'],
  models_dir: ['llama.cpp'],
  preset: ['llama.cpp'],
  config: ['litellm'],
};

/** Keys about a process of ours; somebody else's server has none. */
const OURS = [
  ...['manager', 'unit', 'command', 'args', 'env', 'cwd', 'model', 'models_dir', 'preset', 'config', 'start'],
  ...['depends_on', 'idle_stop', 'ready_timeout', 'stop_timeout', 'restart', 'max_memory'],
];

/** llama-server's own flags that say which model; then no key needs to. */
const MODEL_FLAGS = /^(?:-m|--model|-hf|-hfr|--hf-repo|--models-dir|--models-preset|-mu|--model-url)(?:=|$)/;

/** Contradictions, missing companions and keys without effect in `engines`, as it was written. */
export function engineFindings(engines: unknown, at: Locator): readonly Finding[] {
  if (!isMap(engines)) return [];
  return Object.entries(engines).flatMap(([name, engine]) => {
    if (!isMap(engine)) return [];
    const kind = ENGINE_KINDS.find((one) => one === engine.kind);
    return kind ? oneEngine(name, kind, engine, at) : [];
  });
}

function oneEngine(name: string, kind: EngineKind, engine: Written, at: Locator): Finding[] {
  const path: Path = ['engines', name];
  const has = (key: string): boolean => engine[key] !== undefined && engine[key] !== null;
  const out: Finding[] = [];
  const noEffect = (key: string, why: string) =>
    out.push(
      finding(at, 'no_effect', [...path, key], `${show([...path, key])} has no effect: ${why}.`, 'Remove it.', {
        mark: 'key',
        severity: 'warning',
      }),
    );
  const conflict = (key: string, message: string, hint: string, fix: Parameters<typeof finding>[5] = {}) =>
    out.push(finding(at, 'conflicting_keys', [...path, key], message, hint, { mark: 'key', ...fix }));

  const misplaced = Object.entries(KINDS_OF).filter(([key, kinds]) => has(key) && !kinds.includes(kind));
  for (const [key, kinds] of misplaced) {
    out.push(
      finding(
        at,
        'key_not_for_kind',
        [...path, key],
        `An engine of kind ${kind} takes no \`${key}\`; only ${kinds.join(', ')} ${kinds.length > 1 ? 'do' : 'does'}.`,
        kind === 'ollama' && key === 'model'
          ? `Name its models under \`models:\`, e.g. targets: [{ engine: ${name}, model: … }].`
          : `Remove \`${key}\`, or change \`kind\`.`,
        { mark: 'key' },
      ),
    );
  }
  const wrongKind = new Set(misplaced.map(([key]) => key));

  const mode = has('mode') ? engine.mode : defaultMode(kind);
  if (kind === 'openai') {
    if (mode !== 'external') {
      out.push(
        finding(
          at,
          'bad_value',
          [...path, 'mode'],
          'An engine of kind openai is a server somewhere else, so it is always external.',
          'Remove `mode`, or choose the kind of program that Stackyard should run.',
        ),
      );
      return out;
    }
    if (!has('url')) {
      out.push(
        finding(
          at,
          'missing_key',
          [...path, 'url'],
          `${show(path)} has no \`url\`, so nobody knows where this server is.`,
          'Add `url:` with the address before `/chat/completions`, e.g. http://192.0.2.10:8000/v1.',
          { mark: 'key', place: at.place(path, 'key') },
        ),
      );
    }
  }

  if (has('url') && mode === 'managed') {
    const key = at.key([...path, 'url']);
    conflict(
      'url',
      `${show(path)} is run by Stackyard, which chooses its address from \`host\` and \`port\`; a \`url\` can’t be set.`,
      'Write `mode: external` if the server already runs there, or remove `url`.',
      has('mode')
        ? {}
        : { fix: replacement('Make it external', key, `mode: external${separator(at, path, key)}url`) },
    );
  }
  if (has('url') && mode === 'auto') noEffect('url', 'an `auto` engine is looked for at `host` and `port`');
  if (has('url') && kind !== 'openai' && typeof engine.url === 'string') {
    const root = /^(https?:\/\/[^/\s$]+)\/+[^/\s]/i.exec(engine.url)?.[1];
    if (root) {
      out.push(
        finding(
          at,
          'bad_value',
          [...path, 'url'],
          `The \`url\` of an engine of kind ${kind} is the root of the server, without a path.`,
          `Write ${root}${/\/v1\/?$/.test(engine.url) ? ', or use `kind: openai`' : ''}.`,
          { fix: replacement(`Write ${root}`, at.value([...path, 'url']), root) },
        ),
      );
    }
  }

  if (mode === 'external') {
    for (const key of OURS.filter((one) => has(one) && !wrongKind.has(one))) {
      noEffect(key, 'somebody else runs this engine');
    }
    if (has('url')) for (const key of ['host', 'port'].filter(has)) noEffect(key, '`url` says where the engine is');
    return out;
  }

  const systemd = engine.manager === 'systemd';
  if (systemd && !has('unit')) {
    out.push(
      finding(
        at,
        'missing_key',
        [...path, 'unit'],
        `${show(path)} is to be run by systemd, but has no \`unit\`.`,
        'Add `unit:` with the name of the systemd unit, e.g. ollama.service.',
        { place: at.place([...path, 'manager'], 'value') },
      ),
    );
  }
  if (!systemd && has('unit')) noEffect('unit', 'it needs `manager: systemd`');
  if (systemd) {
    const fixed = ['command', 'args', 'env', 'cwd', 'model', 'models_dir', 'preset', 'config'];
    for (const key of fixed.filter((one) => has(one) && !wrongKind.has(one))) {
      noEffect(key, 'the systemd unit says what is run');
    }
    return out;
  }

  const sources = ['model', 'models_dir', 'preset'].filter((key) => has(key) && !wrongKind.has(key));
  const [first, second] = sources;
  if (second !== undefined) {
    conflict(
      second,
      `${show(path)} has both \`${first}\` and \`${second}\`, but serves one model, or a folder, or a preset.`,
      `Keep one of them; a second engine can have the other.`,
    );
  }
  const args = Array.isArray(engine.args) ? engine.args : [];
  const byFlag = args.some((arg) => typeof arg === 'string' && MODEL_FLAGS.test(arg));
  if (
    first === undefined &&
    !byFlag &&
    !(has('url') && mode === 'managed') &&
    ['llama.cpp', 'vllm', 'llama-cpp-python'].includes(kind)
  ) {
    const llama = kind === 'llama.cpp';
    out.push(
      finding(
        at,
        'missing_key',
        [...path, 'model'],
        `${show(path)} doesn’t say what to serve: ${llama ? 'one of `model`, `models_dir` and `preset` is needed' : '`model` is needed'}.`,
        llama
          ? 'Add `model: /path/to/file.gguf`, or `models_dir: ~/models` for a whole folder.'
          : kind === 'vllm'
            ? 'Add `model:` with a Hugging Face id or a folder.'
            : 'Add `model:` with the path of a GGUF file.',
        { mark: 'key', place: at.place(path, 'key') },
      ),
    );
  }
  return out;
}

const isMap = (value: unknown): value is Written =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What stands between two keys of this engine: a comma inside braces, else a line break with the same indentation. */
function separator(at: Locator, path: Path, key: { start: number } | null): string {
  const span = at.value(path);
  if (!key || !span || at.source({ start: span.start, end: span.start + 1 }) === '{') return ', ';
  return `\n${' '.repeat(at.placeOf({ start: key.start, end: key.start }).column - 1)}`;
}
