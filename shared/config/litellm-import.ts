/**
 * A LiteLLM config turned into ours: the servers behind its `model_list` become engines, entries of one name become targets of one
 * model. What LiteLLM does with each key was read from 1.106.2; what has no counterpart here is listed with its line.
 */
import { isMap } from 'yaml';
import type { Finding } from '../model.ts';
import { type Fields, isFields } from './fields.ts';
import { checkLitellm } from './litellm-check.ts';
import { engineBook, type ImportedEngine } from './litellm-import-engines.ts';
import type { ImportedModel } from './litellm-import-model.ts';
import { importModels } from './litellm-import-models.ts';
import { type NotCarried, notes } from './litellm-import-notes.ts';
import { importGateway, importRouting } from './litellm-import-settings.ts';
import { locator } from './locate.ts';
import { readYaml } from './parse.ts';
import { yamlText } from './report.ts';
import { flowYaml, type Json } from './write.ts';

export interface ImportedLitellm {
  /** Our config, free of errors; `null` when the source can't be read. */
  readonly text: string | null;
  /** What is wrong with the source, as `check --litellm` says it. */
  readonly findings: readonly Finding[];
  /** By line of the source. */
  readonly notCarried: readonly NotCarried[];
}

/** Never throws, whatever the text. */
export function importLitellm(source: string): ImportedLitellm {
  const { findings } = checkLitellm(source);
  const unread = { text: null, findings, notCarried: [] };
  if (findings.some((one) => one.code === 'yaml_syntax' && one.severity === 'error')) return unread;
  try {
    const doc = readYaml(source);
    const file: unknown = isMap(doc.contents) ? doc.toJS({ maxAliasCount: 100 }) : null;
    if (!isFields(file) || doc.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return unread;
    const left = notes(locator(source, doc));
    const book = engineBook(left);
    const { models, aliases, patterns } = importModels(file, book, left);
    const routing = importRouting(file, left);
    const engines = settled(book.engines());
    const gateway = importGateway(file, engines, left);
    return {
      text: write({ gateway, engines, models, aliases, patterns, routing }),
      findings,
      notCarried: left.all(),
    };
  } catch {
    // An alias bomb, or nesting deeper than the stack: then the findings have said so.
    return unread;
  }
}

/** An Ollama that something else asks by its address too can't be ours to start. */
function settled(engines: readonly ImportedEngine[]): readonly ImportedEngine[] {
  return engines.map((one) =>
    one.kind === 'ollama' && one.url === null && engines.some((other) => other !== one && other.port === one.port)
      ? { ...one, url: 'http://127.0.0.1:11434' }
      : one,
  );
}

interface Parts {
  readonly gateway: Fields;
  readonly engines: readonly ImportedEngine[];
  readonly models: ReadonlyMap<string, ImportedModel>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly patterns: readonly { readonly match: string; readonly engine: string }[];
  readonly routing: Fields;
}

function write({ gateway, engines, models, aliases, patterns, routing }: Parts): string {
  const lines = ['# yaml-language-server: $schema=./stackyard.schema.json', 'version: 1'];
  const section = (name: string, fields: Fields) => {
    if (Object.keys(fields).length === 0) return;
    lines.push(`${name}:`);
    for (const [key, value] of Object.entries(fields)) lines.push(`  ${key}: ${flowYaml(value as Json)}`);
  };
  section('gateway', gateway);
  if (engines.length > 0) lines.push('engines:');
  for (const { name, kind, url, apiKey } of engines) {
    const external = url !== null && kind !== 'openai';
    const keys = {
      kind,
      ...(external ? { mode: 'external' } : {}),
      ...(url === null ? {} : { url }),
      ...(apiKey === null ? {} : { api_key: apiKey }),
    };
    lines.push(`  ${key(name)}: ${flowYaml(keys)}`);
  }
  if (models.size > 0) lines.push('models:');
  for (const [id, model] of models) {
    lines.push(`  ${key(id)}:`, '    targets:');
    for (const target of model.targets) lines.push(`      - ${flowYaml(target as unknown as Json)}`);
    if (model.strategy !== null) lines.push(`    strategy: ${model.strategy}`);
    if (model.fallbacks.length > 0) lines.push(`    fallbacks: ${flowYaml(model.fallbacks)}`);
    if (model.drop.length > 0) lines.push(`    params: ${flowYaml({ drop: model.drop })}`);
    if (model.firstByte !== null) lines.push(`    timeouts: ${flowYaml({ first_byte: model.firstByte })}`);
  }
  if (aliases.size > 0) lines.push('aliases:');
  for (const [alias, id] of aliases) lines.push(`  ${key(alias)}: ${yamlText(id)}`);
  if (patterns.length > 0) lines.push('patterns:');
  for (const one of patterns) lines.push(`  - ${flowYaml({ ...one })}`);
  section('routing', routing);
  return `${lines.join('\n')}\n`;
}

/** A key that looks like a number or a merge is quoted like any text. */
const key = (name: string): string => yamlText(name);
