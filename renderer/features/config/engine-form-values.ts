/** What the form shows of each engine: read from the text as it stands, also while the config has errors elsewhere. Pure. */
import { defaultMode, defaultPort } from '../../../shared/config/schema.ts';
import { ENGINE_KINDS, type EngineKind } from '../../../shared/model.ts';
import { type WrittenEntry, written, writtenEntries } from './form-section.ts';

/** The key that says what an engine serves; `null` for kinds that know it by themselves. */
export type ModelKey = 'model' | 'models_dir' | 'preset' | 'config' | null;

export interface EngineForm {
  readonly name: string;
  readonly kind: EngineKind | null;
  /** First and last line in the file, from 1. */
  readonly lines: readonly [number, number];
  /** Whether it is reached by address rather than started. */
  readonly byUrl: boolean;
  readonly url: string | null;
  readonly port: number | string | null;
  /** The port it has when none is written; `null`: any free one. */
  readonly usualPort: number | null;
  readonly start: string | null;
  readonly modelKey: ModelKey;
  readonly model: string | null;
  readonly args: readonly string[];
}

/** The engines of a config text, in file order; none when it can't be read as YAML. */
export function engineForms(text: string): readonly EngineForm[] {
  return writtenEntries(text, 'engines').map(formOf);
}

function formOf({ name, body: engine, lines }: WrittenEntry): EngineForm {
  const kind = ENGINE_KINDS.find((k) => k === engine.kind) ?? null;
  const modelKey = modelKeyOf(kind, engine);
  return {
    name,
    kind,
    lines,
    byUrl: kind === 'openai' || (engine.mode === 'external' && engine.url !== undefined),
    url: written(engine.url),
    port: typeof engine.port === 'number' || typeof engine.port === 'string' ? engine.port : null,
    usualPort: kind === null || choosesPort(kind, engine) ? null : defaultPort(kind),
    start: written(engine.start),
    modelKey,
    model: modelKey === null ? null : written(engine[modelKey]),
    args: Array.isArray(engine.args) ? engine.args.map(String) : [],
  };
}

/** Whether a port that is not written is any free one: only for what Stackyard starts as its own process. */
const choosesPort = (kind: EngineKind, engine: WrittenEntry['body']): boolean =>
  (engine.mode ?? defaultMode(kind)) === 'managed' && engine.manager !== 'systemd';

function modelKeyOf(kind: EngineKind | null, engine: WrittenEntry['body']): ModelKey {
  if (kind === 'litellm') return 'config';
  if (kind === 'vllm' || kind === 'llama-cpp-python') return 'model';
  if (kind !== 'llama.cpp') return null;
  return (['models_dir', 'preset', 'model'] as const).find((key) => engine[key] != null) ?? 'model';
}
