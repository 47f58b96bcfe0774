/** What the form shows of each model: read from the text as it stands, also while the config has errors elsewhere. Pure. */
import { isRecord, written, writtenEntries } from './form-section.ts';

export interface ModelForm {
  readonly id: string;
  readonly lines: readonly [number, number];
  /** As written; `null` = the default. */
  readonly strategy: string | null;
  readonly targets: readonly TargetForm[];
  readonly fallbacks: readonly string[];
}

export interface TargetForm {
  readonly engine: string;
  readonly model: string;
  /** As written; `null` = 1. */
  readonly weight: string | null;
}

/** The models of a config text, in file order; none when it can't be read as YAML. */
export function modelForms(text: string): readonly ModelForm[] {
  return writtenEntries(text, 'models').map(({ name, body, lines }) => ({
    id: name,
    lines,
    strategy: written(body.strategy),
    targets: (Array.isArray(body.targets) ? body.targets : []).filter(isRecord).map((target) => ({
      engine: written(target.engine) ?? '–',
      model: written(target.model) ?? '–',
      weight: written(target.weight),
    })),
    fallbacks: Array.isArray(body.fallbacks) ? body.fallbacks.map(String) : [],
  }));
}

/** Names out of a line with commas, in order. */
export const splitNames = (typed: string): readonly string[] =>
  typed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
