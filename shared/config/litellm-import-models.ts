/** Models, aliases and patterns out of a LiteLLM config. */
import { type Fields, isFields } from './fields.ts';
import type { EngineBook } from './litellm-import-engines.ts';
import { fallbacksOf } from './litellm-import-fallbacks.ts';
import type { ImportedModel } from './litellm-import-model.ts';
import type { Notes } from './litellm-import-notes.ts';
import { firstByte } from './litellm-import-settings.ts';
import type { Path } from './shape.ts';

export interface ImportedModels {
  readonly models: ReadonlyMap<string, ImportedModel>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly patterns: readonly { readonly match: string; readonly engine: string }[];
}

interface Entry {
  readonly path: Path;
  readonly fields: Fields;
  readonly params: Fields;
  readonly target: { readonly engine: string; readonly model: string };
}

export function importModels(file: Fields, book: EngineBook, notes: Notes): ImportedModels {
  const byName = new Map<string, Entry[]>();
  const patterns: { match: string; engine: string }[] = [];
  const list: readonly unknown[] = Array.isArray(file.model_list) ? file.model_list : [];
  for (const [index, written] of list.entries()) {
    const path = ['model_list', index];
    const params = isFields(written) ? written.litellm_params : null;
    const name = isFields(written) ? written.model_name : null;
    if (!isFields(written) || !isFields(params)) notes.leave(path, 'The entry is not complete.');
    else if (typeof name !== 'string' || name === '' || name.length > 256)
      notes.leave(path, 'A name has 1 to 256 characters.');
    else if (name.includes('*') || String(params.model).endsWith('*'))
      wildcard(name, params, path, book, notes, patterns);
    else {
      const target = book.target(params, [...path, 'litellm_params'], null);
      if (target === null) continue;
      unused(written, params, path, notes);
      byName.set(name, [...(byName.get(name) ?? []), { path, fields: written, params, target }]);
    }
  }
  const strategy = strategyOf(file, notes);
  const models = new Map([...byName].map(([name, entries]) => [name, oneModel(entries, strategy, notes)]));
  const aliases = aliasesOf(file, models, notes);
  fallbacksOf(file, models, aliases, notes);
  return { models, aliases, patterns };
}

/** `P/*` for all models of a provider is what a name `ENGINE/MODEL` is here; `*` for everything is a pattern. */
function wildcard(
  name: string,
  params: Fields,
  path: Path,
  book: EngineBook,
  notes: Notes,
  patterns: { match: string; engine: string }[],
): void {
  const model = String(params.model);
  const family = /^([a-z0-9][a-z0-9-]*)\/\*$/.exec(name)?.[1];
  if ((name !== '*' && family === undefined) || !/^[^*/]+\/\*$/.test(model))
    return notes.leave(path, 'Only `*` and `NAME/*` for all models of one server have a counterpart.');
  const target = book.target(params, [...path, 'litellm_params'], family ?? null);
  if (target === null) return;
  if (family === undefined) patterns.push({ match: '.*', engine: target.engine });
  else if (target.engine !== family) notes.leave(path, `Here its models are named \`${target.engine}/MODEL\`.`);
}

function oneModel(entries: readonly Entry[], strategy: string, notes: Notes): ImportedModel {
  const ordered = entries.some((one) => one.params.order !== undefined);
  const sorted = ordered ? [...entries].sort((a, b) => order(a) - order(b)) : entries;
  const metric = ['weight', 'rpm', 'tpm'].find((key) => entries.some((one) => number(one.params[key]) > 0));
  const weighted = !ordered && strategy === 'weighted' && entries.length > 1;
  if (ordered && new Set(entries.map(order)).size < entries.length)
    for (const one of entries) notes.leave(one.path, 'Entries with the same `order` are tried one after the other.');
  const targets = sorted.map(({ target, params, fields, path }) => {
    const weight = metric === undefined ? 1 : Math.min(number(params[metric]), 1_000_000);
    for (const key of ['rpm', 'tpm', 'weight'])
      if (params[key] !== undefined && !(weighted && key === metric))
        notes.leave([...path, 'litellm_params', key], LIMITS[key] ?? '');
      else if (params[key] !== undefined && key !== 'weight')
        notes.leave([...path, 'litellm_params', key], 'It is the target’s weight now, and no limit.');
    const parallel = number(params.max_parallel_requests);
    const info = isFields(fields.model_info) ? fields.model_info : {};
    const context = number(info.max_input_tokens ?? info.max_tokens);
    return {
      ...target,
      ...(weighted && weight !== 1 ? { weight } : {}),
      ...(Number.isSafeInteger(parallel) && parallel > 0 ? { max_concurrent: parallel } : {}),
      ...(Number.isSafeInteger(context) && context > 0 ? { context_length: context } : {}),
    };
  });
  const timeouts = new Set(entries.map((one) => firstByte(one.params.timeout)));
  const same = timeouts.size === 1 ? ([...timeouts][0] ?? null) : null;
  if (timeouts.size > 1)
    for (const one of entries)
      notes.leave([...one.path, 'litellm_params', 'timeout'], 'A model has one timeout for all targets.');
  const plan = entries.length === 1 || ordered ? null : strategy;
  return {
    targets,
    strategy: plan === 'priority' ? null : plan,
    fallbacks: [],
    drop: dropped(entries, notes),
    firstByte: same,
  };
}

const LIMITS: Readonly<Record<string, string>> = {
  rpm: 'A server has no limit of requests a minute here; a key of `gateway.api_keys` has (`requests_per_minute`).',
  tpm: 'A server has no limit of tokens a minute here; a key of `gateway.api_keys` has (`tokens_per_minute`).',
  weight: 'A weight needs several entries, and a strategy that heeds it.',
};

const order = ({ params }: Entry): number =>
  params.order === undefined ? Number.MAX_SAFE_INTEGER : number(params.order);

/** Fields that LiteLLM leaves out for all entries of a name. */
function dropped(entries: readonly Entry[], notes: Notes): readonly string[] {
  const lists = entries.map(({ params }) => params.additional_drop_params);
  const first = lists[0];
  if (lists.every((one) => one === undefined)) return [];
  const same = lists.every((one) => JSON.stringify(one) === JSON.stringify(first));
  if (same && Array.isArray(first) && first.every((one) => typeof one === 'string' && /^\w+$/.test(one)))
    return first as string[];
  const why = 'Here the fields to leave out are the same for all targets of a model (`params.drop`).';
  for (const one of entries) notes.leave([...one.path, 'litellm_params', 'additional_drop_params'], why);
  return [];
}

const CARRIED = new Set(
  'model api_base base_url api_key api_version custom_llm_provider rpm tpm weight order max_parallel_requests timeout additional_drop_params'.split(
    ' ',
  ),
);

/** Keys of an entry that have no counterpart. */
function unused(entry: Fields, params: Fields, path: Path, notes: Notes): void {
  for (const key of Object.keys(entry)) {
    if (key === 'model_name' || key === 'litellm_params') continue;
    if (key === 'model_info' && isFields(entry.model_info)) {
      for (const name of Object.keys(entry.model_info))
        if (name !== 'max_input_tokens' && name !== 'max_tokens')
          notes.leave([...path, 'model_info', name], 'Nothing here is told by it.');
    } else notes.leave([...path, key], 'It has no effect at this place in LiteLLM either.');
  }
  for (const key of Object.keys(params)) {
    if (CARRIED.has(key)) continue;
    const request =
      /^(?:temperature|max_tokens|max_completion_tokens|top_p|seed|stop|presence_penalty|frequency_penalty)$/;
    const why = request.test(key)
      ? `LiteLLM takes it for requests without one. Write \`params: { set: { ${key}: … } }\` to set it in every request.`
      : 'It has no counterpart.';
    notes.leave([...path, 'litellm_params', key], why);
  }
}

const STRATEGIES: Readonly<Record<string, string>> = {
  'simple-shuffle': 'weighted',
  'least-busy': 'least-busy',
  'latency-based-routing': 'lowest-latency',
  'usage-based-routing': 'usage',
  'usage-based-routing-v2': 'usage',
};

/** Without one LiteLLM shuffles. */
function strategyOf(file: Fields, notes: Notes): string {
  const settings = isFields(file.router_settings) ? file.router_settings : {};
  const written = settings.routing_strategy;
  if (written === undefined || written === null) return 'weighted';
  const ours = typeof written === 'string' && Object.hasOwn(STRATEGIES, written) ? STRATEGIES[written] : undefined;
  if (ours !== undefined) return ours;
  const why = 'There is no such strategy here; requests are spread by weight instead.';
  notes.leave(['router_settings', 'routing_strategy'], why);
  return 'weighted';
}

function aliasesOf(file: Fields, models: ReadonlyMap<string, ImportedModel>, notes: Notes): Map<string, string> {
  const out = new Map<string, string>();
  const settings = isFields(file.router_settings) ? file.router_settings : {};
  const written = isFields(settings.model_group_alias) ? settings.model_group_alias : {};
  for (const [alias, of] of Object.entries(written)) {
    const path = ['router_settings', 'model_group_alias', alias];
    const id = isFields(of) ? of.model : of;
    if (typeof id !== 'string') notes.leave(path, 'An alias is one name of a model.');
    else if (models.has(alias)) notes.leave(path, 'A model has that name, and comes first.');
    else if (!models.has(id)) notes.leave(path, 'Its model is not carried over.');
    else if (alias === '' || alias.length > 256) notes.leave(path, 'A name has 1 to 256 characters.');
    else {
      out.set(alias, id);
      if (isFields(of) && of.hidden === true) notes.leave([...path, 'hidden'], 'Here every alias is listed.');
    }
  }
  return out;
}

/** A number as written or as text; 0 for anything else. */
function number(value: unknown): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) && read > 0 ? read : 0;
}
