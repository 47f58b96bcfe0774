/** From the text of a config file to a config, or to findings that say where and what is wrong. */

import * as v from 'valibot';
import { type Document, isMap, type Node, parseDocument, visit } from 'yaml';
import type { Finding } from '../model.ts';
import { engineFindings } from './engine-rules.ts';
import { semanticFindings } from './findings.ts';
import { keyText, type Locator, locator, type Span } from './locate.ts';
import { finding, showValue } from './report.ts';
import { type Config, fileSchema, finishConfig } from './schema.ts';
import { unreadableText } from './text-findings.ts';
import { withoutUnknownKeys } from './unknown-keys.ts';
import { valueFindings } from './value-findings.ts';
import { type Complaint, yamlComplaints, yamlWarnings } from './yaml-errors.ts';

export interface Parsed {
  /** `null` when there is an error among the findings. */
  readonly config: Config | null;
  /** By place in the file. */
  readonly findings: readonly Finding[];
}

/** Reads a config. Never throws, whatever the text. What a pattern may cost takes a moment to tell: `check.ts`. */
export function parseConfig(text: string): Parsed {
  try {
    return read(text);
  } catch (error) {
    // the YAML reader is recursive: thousands of nested brackets overflow the stack
    const deep = error instanceof RangeError;
    const place = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    const message = deep ? 'The file is nested too deeply.' : `The file can’t be read: ${String(error)}.`;
    const hint = deep ? 'Nothing in a config needs more than a few levels.' : null;
    return {
      config: null,
      findings: [{ severity: 'error', code: 'yaml_syntax', message, hint, path: [], ...place }],
    };
  }
}

/** The YAML document as all of config reads it: comments and positions kept, `<<` merged, nothing logged. */
export function readYaml(text: string): Document {
  return parseDocument(text, { prettyErrors: false, merge: true, keepSourceTokens: true, logLevel: 'error' });
}

function read(text: string): Parsed {
  const unreadable = unreadableText(text);
  if (unreadable !== null) return withFindings(null, [unreadable]);
  const doc = readYaml(text);
  const at = locator(text, doc);
  const place = (one: Complaint, severity: 'error' | 'warning'): Finding =>
    finding(at, one.code, [], one.message, one.hint, { severity, place: at.placeOf(one.span) });
  const found: Finding[] = [
    ...yamlComplaints(text, doc).map((one) => place(one, 'error')),
    ...yamlWarnings(text, doc).map((one) => place(one, 'warning')),
  ];
  // duplicate keys leave the rest readable; any other error makes it guesswork
  if (doc.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return withFindings(null, found);
  found.push(...badAliases(doc, at));
  if (found.some((one) => one.code === 'yaml_alias')) return withFindings(null, found);

  const written: unknown = plainValue(doc, at, found);
  if (written === undefined) return withFindings(null, found);
  if (written === null) {
    const message = 'The file is empty, so there is nothing to run.';
    found.push(
      finding(at, 'empty_file', [], message, 'Write at least `version: 1` and one engine under `engines:`.'),
    );
    return withFindings(null, found);
  }
  if (!isMap(doc.contents)) {
    const message = `The file must be keys with values such as \`engines:\`, not ${showValue(written)}.`;
    found.push(finding(at, 'wrong_type', [], message, 'Write `key: value` lines, with a space after the colon.'));
    return withFindings(null, found);
  }

  const known = withoutUnknownKeys(written, at);
  found.push(...known.findings, ...oddNames(at));
  const engines = engineFindings((known.value as { engines?: unknown }).engines, at);
  // a misspelt key is not missing as well
  found.push(...engines.filter((one) => one.code !== 'missing_key' || !known.said.has(JSON.stringify(one.path))));
  const result = v.safeParse(fileSchema, known.value);
  if (!result.success) {
    return withFindings(null, [...found, ...valueFindings(result.issues, known.said, at)]);
  }
  const config = finishConfig(result.output);
  found.push(...semanticFindings(config, at));
  return withFindings(config, found);
}

/** Nobody reads more at once, and a window would have to show them. */
const MOST_FINDINGS = 500;

/** Sorted by place, each said once; no config beside an error. */
export function withFindings(config: Config | null, findings: readonly Finding[]): Parsed {
  const seen = new Set<string>();
  const sorted = [...findings]
    .sort((a, b) => a.line - b.line || a.column - b.column || a.severity.localeCompare(b.severity))
    .filter((one) => {
      // what an alias repeats elsewhere has the same place and the same last key
      const key = `${one.line}:${one.column}:${one.code}:${one.path.at(-1) ?? one.message}`;
      return seen.has(key) ? false : seen.add(key);
    });
  const errors = sorted.filter((one) => one.severity === 'error');
  const most =
    sorted.length <= MOST_FINDINGS ? sorted : (errors.length > 0 ? errors : sorted).slice(0, MOST_FINDINGS);
  return { config: errors.length > 0 ? null : config, findings: most };
}

function plainValue(doc: Document, at: Locator, found: Finding[]): unknown {
  try {
    return doc.toJS({ maxAliasCount: 100 }) ?? null;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const bomb = /alias count/i.test(why);
    const message = bomb ? 'The aliases of this file blow it up beyond measure.' : `${why}.`;
    const place = bomb ? { place: at.placeOf(lastAlias(doc)) } : {};
    found.push(finding(at, 'yaml_alias', [], message, bomb ? 'Write the values out.' : null, place));
    return undefined;
  }
}

/** What aliases blow up grows with each of them: the last one is where it is too much. */
function lastAlias(doc: Document): Span {
  let last: Span = { start: 0, end: 0 };
  visit(doc, {
    Alias(_, { range }) {
      if (range) last = { start: range[0], end: range[1] };
    },
  });
  return last;
}

/** Aliases to nothing or into themselves, which the YAML reader finds only when it is too late to say where. */
function badAliases(doc: Document, at: Locator): Finding[] {
  const out: Finding[] = [];
  // in the order of the text, so that the last one of a name before an alias counts; `alias.resolve` would look from the start
  const anchors = new Map<string, Node>();
  visit(doc, {
    Value(_, node) {
      if (node.anchor) anchors.set(node.anchor, node);
    },
    Alias(_, alias) {
      const range = alias.range;
      const target = anchors.get(alias.source);
      const span = range ? { start: range[0], end: range[1] } : { start: 0, end: 0 };
      const say = (message: string, hint: string) =>
        out.push(finding(at, 'yaml_alias', [], message, hint, { place: at.placeOf(span) }));
      if (!target) {
        say(
          `\`*${alias.source}\` refers to an anchor \`&${alias.source}\` that is not there before it.`,
          'If it is meant as text, put it in quotes.',
        );
      } else if (target.range && range && target.range[0] <= range[0] && range[0] < target.range[1]) {
        say(`\`*${alias.source}\` stands inside what it refers to.`, 'Write the value out.');
      }
    },
  });
  return out;
}

/** Names that YAML reads as numbers: `1.10` would become 1.1. */
function oddNames(at: Locator): Finding[] {
  const out: Finding[] = [];
  for (const section of ['engines', 'models', 'aliases']) {
    const node = at.node([section]);
    if (!isMap(node)) continue;
    for (const pair of node.items) {
      const name = keyText(pair);
      const span = at.key([section, name ?? '']);
      if (name === null || !span || name === '<<') continue;
      const source = at.source(span).replace(/^(["'])([\s\S]*)\1$/, '$2');
      if (source === name || typeof (pair.key as { value?: unknown }).value === 'string') continue;
      const message = `YAML reads the name \`${source}\` as ${name === '' ? 'nothing' : `\`${name}\``}.`;
      const place = at.placeOf(span);
      out.push(
        finding(at, 'key_not_text', [section, name], message, 'Put it in quotes.', { severity: 'warning', place }),
      );
    }
  }
  return out;
}
