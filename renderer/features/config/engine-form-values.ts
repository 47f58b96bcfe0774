/** What the form shows of each engine: read from the text as it stands, also while the config has errors elsewhere. Pure. */
import { readYaml } from '../../../shared/config/parse.ts';
import { defaultMode, defaultPort } from '../../../shared/config/schema.ts';
import { ENGINE_KINDS, type EngineKind } from '../../../shared/model.ts';

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

interface Span {
  readonly key?: { readonly value?: unknown; readonly range?: readonly number[] };
  readonly value?: { readonly range?: readonly number[] } | null;
}

/** The engines of a config text, in file order; none when it can't be read as YAML. */
export function engineForms(text: string): readonly EngineForm[] {
  try {
    const doc = readYaml(text);
    const root: unknown = doc.toJS();
    const engines = isRecord(root) && isRecord(root.engines) ? root.engines : {};
    const node = doc.get('engines', true) as { readonly items?: readonly Span[] } | undefined;
    const spans = new Map((node?.items ?? []).map((span) => [String(span.key?.value), span]));
    return Object.entries(engines).map(([name, body]) => formOf(name, body, linesOf(text, spans.get(name))));
  } catch {
    return []; // not YAML: the editor shows why
  }
}

function formOf(name: string, body: unknown, lines: readonly [number, number]): EngineForm {
  const engine = isRecord(body) ? body : {};
  const kind = ENGINE_KINDS.find((k) => k === engine.kind) ?? null;
  const modelKey = modelKeyOf(kind, engine);
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : null);
  return {
    name,
    kind,
    lines,
    byUrl: kind === 'openai' || (engine.mode === 'external' && engine.url !== undefined),
    url: text(engine.url),
    port: typeof engine.port === 'number' || typeof engine.port === 'string' ? engine.port : null,
    usualPort: kind === null || choosesPort(kind, engine) ? null : defaultPort(kind),
    start: text(engine.start),
    modelKey,
    model: modelKey === null ? null : text(engine[modelKey]),
    args: Array.isArray(engine.args) ? engine.args.map(String) : [],
  };
}

/** Whether a port that is not written is any free one: only for what Stackyard starts as its own process. */
const choosesPort = (kind: EngineKind, engine: Record<string, unknown>): boolean =>
  (engine.mode ?? defaultMode(kind)) === 'managed' && engine.manager !== 'systemd';

function modelKeyOf(kind: EngineKind | null, engine: Record<string, unknown>): ModelKey {
  if (kind === 'litellm') return 'config';
  if (kind === 'vllm' || kind === 'llama-cpp-python') return 'model';
  if (kind !== 'llama.cpp') return null;
  return (['models_dir', 'preset', 'model'] as const).find((key) => engine[key] != null) ?? 'model';
}

function linesOf(text: string, span: Span | undefined): readonly [number, number] {
  const start = span?.key?.range?.[0] ?? 0;
  const end = span?.value?.range?.[1] ?? span?.key?.range?.[1] ?? start;
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  return [lineAt(start), lineAt(start + text.slice(start, end).trimEnd().length)];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
