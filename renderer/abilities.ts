/** What models take and do beside text, as far as their engines tell. Pure. */
import type { Abilities, ModelView } from '../shared/model.ts';

/** Whether some target of a model can do that; false when all say no, `null` when nobody knows. */
export function canDo({ targets }: Pick<ModelView, 'targets'>, what: keyof Abilities): boolean | null {
  const told = targets.map(({ can }) => can?.[what] ?? null);
  if (told.includes(true)) return true;
  return told.length > 0 && told.every((one) => one === false) ? false : null;
}

const WORDS: Readonly<Record<keyof Abilities, string>> = {
  images: 'takes pictures',
  tools: 'calls tools',
  reasoning: 'thinks first',
};

/** `Takes pictures, calls tools`: what is known that it can do; `''` when that is nothing. */
export function abilityWords(can: Abilities | null | undefined): string {
  const words = (Object.keys(WORDS) as (keyof Abilities)[]).filter((what) => can?.[what]).map((what) => WORDS[what]);
  const text = words.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Of models by name: which surely can't do that, and of which nobody knows. A name that no model has is unknown. */
export function withoutAbility(
  models: readonly ModelView[],
  names: readonly string[],
  what: keyof Abilities,
): { readonly no: readonly string[]; readonly unknown: readonly string[] } {
  const told = names.map((name) => {
    const model = models.find(({ id }) => id === name);
    return [name, model === undefined ? null : canDo(model, what)] as const;
  });
  const those = (value: boolean | null) => told.flatMap(([name, can]) => (can === value ? [name] : []));
  return { no: those(false), unknown: those(null) };
}
