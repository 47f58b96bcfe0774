/** Findings about the `model_list` of a LiteLLM config. */
import type { Finding } from '../model.ts';
import { type Fields, isFields } from './fields.ts';
import { ENTRY_PARAMS, KNOWN_FAMILIES, PROVIDERS } from './litellm-names.ts';
import type { Locator } from './locate.ts';
import { nearest } from './near.ts';
import { clip, finding, replacement, showValue, yamlText } from './report.ts';
import type { Path } from './shape.ts';

/** What is wrong with the entries themselves; `file` is the whole config. */
export function entryFindings(file: Fields, at: Locator): readonly Finding[] {
  const list = file.model_list;
  if (list === undefined || list === null) {
    if (file.include !== undefined) return [];
    const message = 'There is no `model_list`, so LiteLLM serves no model.';
    return [finding(at, 'missing_key', ['model_list'], message, 'Add one.', { severity: 'warning' })];
  }
  if (!Array.isArray(list)) {
    const message = `\`model_list\` must be a list, not ${showValue(list)}; LiteLLM does not start with it.`;
    return [finding(at, 'wrong_type', ['model_list'], message, 'Begin each entry with `- model_name:`.')];
  }
  return list.flatMap((entry: unknown, index) => oneEntry(entry, ['model_list', index], at));
}

function oneEntry(entry: unknown, path: Path, at: Locator): Finding[] {
  if (!isFields(entry)) {
    const message = `An entry of \`model_list\` must be keys with values, not ${showValue(entry)}; LiteLLM does not start with it.`;
    return [finding(at, 'wrong_type', path, message, 'Write `- model_name: NAME` with `litellm_params:` below it.')];
  }
  const out: Finding[] = [];
  for (const key of ['model_name', 'litellm_params']) {
    if (entry[key] !== undefined && entry[key] !== null) continue;
    const message = `This entry has no \`${key}\`; LiteLLM does not start with it.`;
    out.push(finding(at, 'missing_key', [...path, key], message, 'Add it.', { place: at.place(path) }));
  }
  for (const key of Object.keys(entry)) {
    if (!ENTRY_PARAMS.has(key) || key === 'tags') continue;
    const message = `\`${key}\` has no effect beside \`model_name\`.`;
    const hint = 'Move it below `litellm_params`.';
    out.push(finding(at, 'misplaced_key', [...path, key], message, hint, { mark: 'key', severity: 'warning' }));
  }
  const params = entry.litellm_params;
  if (params === undefined || params === null) return out;
  if (isFields(params)) return [...out, ...parameters(params, [...path, 'litellm_params'], at)];
  const message = `\`litellm_params\` must be keys with values, not ${showValue(params)}; LiteLLM does not start with it.`;
  return [...out, finding(at, 'wrong_type', [...path, 'litellm_params'], message, 'Write `model:` below it.')];
}

function parameters(params: Fields, path: Path, at: Locator): Finding[] {
  const out: Finding[] = [];
  const { model } = params;
  if (model === undefined || model === null) {
    const message = '`litellm_params` has no `model`; LiteLLM does not start with it.';
    const hint = 'Add `model: PROVIDER/NAME`.';
    out.push(finding(at, 'missing_key', [...path, 'model'], message, hint, { place: at.place(path, 'key') }));
  } else if (typeof model !== 'string') {
    const message = `\`model\` must be text, not ${showValue(model)}.`;
    out.push(finding(at, 'wrong_type', [...path, 'model'], message, 'Write `model: PROVIDER/NAME`.'));
  } else if (!model.startsWith('os.environ/')) out.push(...provider(model, params, [...path, 'model'], at));
  for (const key of ['rpm', 'tpm']) {
    const value = params[key];
    if (value === undefined || value === null || /^(?:\d+|os\.environ\/.+)$/.test(String(value))) continue;
    const message = `\`${key}\` must be a whole number, not ${showValue(value)}; LiteLLM leaves the entry out.`;
    out.push(finding(at, 'wrong_type', [...path, key], message, 'Write a number.'));
  }
  for (const key of Object.keys(params)) {
    if (ENTRY_PARAMS.has(key)) continue;
    // Anything else may be meant for the provider; only what is all but one of these is taken for a slip.
    const near = nearest(key, ['api_base', 'api_key', 'api_version', 'custom_llm_provider']);
    if (near === null || Object.hasOwn(params, near)) continue;
    const message = `LiteLLM knows no \`${clip(key)}\` and sends it to the provider.`;
    const fix = replacement(`Rename to \`${near}\``, at.key([...path, key]), near);
    const more = { mark: 'key', severity: 'warning', fix } as const;
    out.push(finding(at, 'unknown_key', [...path, key], message, `Did you mean \`${near}\`?`, more));
  }
  return out;
}

/** Without a provider that it knows, LiteLLM leaves the entry out when it starts, and every request to it fails. */
function provider(model: string, params: Fields, path: Path, at: Locator): Finding[] {
  if (typeof params.custom_llm_provider === 'string' || params.litellm_credential_name !== undefined) return [];
  const slash = model.indexOf('/');
  const prefix = slash > 0 ? model.slice(0, slash) : null;
  if (prefix !== null && PROVIDERS.has(prefix)) return [];
  const base = params.api_base ?? params.base_url;
  // A name of the price list needs no provider; for a server of one's own it always does, but for OpenAI's own names.
  if (KNOWN_FAMILIES.test(model) && (base === undefined || slash < 0)) return [];
  const near = prefix === null ? null : nearest(prefix, PROVIDERS);
  const wanted = near === null ? `openai/${model}` : `${near}${model.slice(slash)}`;
  const what = prefix === null ? 'names no provider' : `begins with \`${clip(prefix)}/\`, which is no provider`;
  const message = `\`model: ${clip(model)}\` ${what}: LiteLLM leaves this entry out, and every request to it fails.`;
  const own = base !== undefined && base !== null;
  const hint = own
    ? `Write \`${wanted}\`; the part before the first \`/\` says which protocol the server at \`api_base\` speaks.`
    : 'Write the provider in front of it, e.g. `openai/…` with an `api_base`, `ollama_chat/…`, `hosted_vllm/…`.';
  const fix = own ? replacement(`Write \`${wanted}\``, at.value(path), yamlText(wanted)) : null;
  return [finding(at, 'no_provider', path, message, hint, { severity: own ? 'error' : 'warning', fix })];
}
