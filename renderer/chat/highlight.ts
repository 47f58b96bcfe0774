/** Code in colours, as a tree of plain values: no HTML comes in or out. Languages that are not known stay as they are. */
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import php from 'highlight.js/lib/languages/php';
import powershell from 'highlight.js/lib/languages/powershell';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';

const lowlight = createLowlight({
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  lua,
  php,
  powershell,
  python,
  ruby,
  rust,
  sql,
  swift,
  typescript,
  xml,
  yaml,
});

/** Longer code is shown in one colour: painting it would cost more than it tells. */
const MAX_LENGTH = 50_000;

export type Colour = 'key' | 'string' | 'number' | 'comment' | null;
export interface Piece {
  readonly text: string;
  readonly colour: Colour;
}

const COLOURS: Readonly<Record<string, Colour>> = {
  'hljs-keyword': 'key',
  'hljs-built_in': 'key',
  'hljs-literal': 'key',
  'hljs-name': 'key',
  'hljs-tag': 'key',
  'hljs-selector-tag': 'key',
  'hljs-section': 'key',
  'hljs-attr': 'key',
  'hljs-deletion': 'key',
  'hljs-string': 'string',
  'hljs-regexp': 'string',
  'hljs-addition': 'string',
  'hljs-number': 'number',
  'hljs-symbol': 'number',
  'hljs-comment': 'comment',
  'hljs-doctag': 'comment',
  'hljs-quote': 'comment',
  'hljs-meta': 'comment',
};

type Tree = ReturnType<typeof lowlight.highlight>;
type Node = Tree['children'][number];

/** The pieces of a code, in order; together they are the code. */
export function highlight(language: string, code: string): readonly Piece[] {
  const name = language.toLowerCase();
  if (code.length > MAX_LENGTH || !lowlight.registered(name)) return [{ text: code, colour: null }];
  return flat(lowlight.highlight(name, code).children, null);
}

function flat(nodes: readonly Node[], inherited: Colour): readonly Piece[] {
  return nodes.flatMap((node): readonly Piece[] => {
    if (node.type === 'text') return [{ text: node.value, colour: inherited }];
    if (node.type !== 'element') return [];
    const { className } = node.properties;
    const names = Array.isArray(className) ? className.map(String) : [];
    const colour = names.map((one) => COLOURS[one]).find((one) => one != null) ?? inherited;
    return flat(node.children as readonly Node[], colour);
  });
}
