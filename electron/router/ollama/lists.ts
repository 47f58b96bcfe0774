import type { ClientKey } from '../../../shared/contract/router.ts';
import { mayUse } from '../access.ts';
import type { Sight } from '../candidates.ts';
import { findModel, type Listed, listedModels, phasesOf } from '../models.ts';

/**
 * Version of Ollama's API that is spoken here; clients compare it with the least they need. Its chat with tools, thinking and
 * structured output came with 0.9 at the latest (ollama docs/api.md).
 */
export const OLLAMA_API = '0.9.0';

const UNKNOWN_DETAILS = {
  parent_model: '',
  format: '',
  family: '',
  families: null,
  parameter_size: '',
  quantization_level: '',
};

const row = ({ id }: Listed) => ({
  name: id,
  model: id,
  modified_at: null,
  size: null,
  digest: '',
  details: UNKNOWN_DETAILS,
});

/** `/api/tags`: the same names as `/v1/models`, of which a key sees those it may use. */
export const tags = (sight: Sight, key: ClientKey | null): object => ({ models: mine(sight, key).map(row) });

const mine = (sight: Sight, key: ClientKey | null): Listed[] =>
  listedModels(sight).filter(({ id, entry }) => mayUse(key, id, entry?.id ?? null));

/** `/api/ps`: those that answer without a start or a load. */
export const inMemory = (sight: Sight, key: ClientKey | null): object => ({
  models: mine(sight, key)
    .filter((model) => phasesOf(sight, model).includes('ready'))
    .map((model) => ({ ...row(model), size_vram: null, expires_at: null })),
});

/** `/api/show` for a model that no Ollama serves: what is known of it here; `null` when there is no such model. */
export function show(sight: Sight, name: string): object | null {
  const model = findModel(sight, name);
  if (model === null) return null;
  const speaks = new Set(
    (model.entry?.targets ?? []).flatMap((target) => sight.compiled.engines.get(target.engine)?.speaks ?? []),
  );
  return {
    modelfile: '',
    parameters: '',
    template: '',
    details: UNKNOWN_DETAILS,
    model_info: {},
    // Clients offer tools only where they are named; whether a model uses them well is its own affair.
    capabilities: [
      ...(speaks.has('chat') ? ['completion', 'tools'] : []),
      ...(speaks.has('embeddings') ? ['embedding'] : []),
    ],
    modified_at: null,
  };
}
