/** The YAML reader's complaints in plain words: what, why, and what to write instead. */
import { type Document, isCollection, isScalar, visit, type YAMLError } from 'yaml';
import type { FindingCode } from './finding-codes.ts';
import { lineStarts, position, type Span } from './locate.ts';

export interface Complaint {
  readonly code: FindingCode;
  readonly message: string;
  readonly hint: string | null;
  readonly span: Span;
}

/** One complaint per mistake: what follows from an earlier one on the same line, or from one that ate the rest, is left out. */
export function yamlComplaints(text: string, doc: Document): readonly Complaint[] {
  const seen = new Set<number>();
  const out: Complaint[] = [];
  const lines = lineStarts(text);
  for (const error of doc.errors) {
    if (out.length >= 10) break;
    const [line] = position(lines, error.pos[0]);
    if (seen.has(line)) continue;
    const one = complaint(text, doc, error);
    seen.add(line);
    out.push(one);
    if (one.code !== 'duplicate_key' && error.code !== 'TAB_AS_INDENT') break;
  }
  return out;
}

/** What the reader only warns about. */
export function yamlWarnings(text: string, doc: Document): readonly Complaint[] {
  return doc.warnings.slice(0, 10).map((warning) => ({
    code: 'yaml_warning',
    message:
      warning.code === 'TAG_RESOLVE_FAILED'
        ? `The tag ${text.slice(...warning.pos)} is not known and has no effect.`
        : `${firstLine(warning.message)}.`,
    hint: warning.code === 'TAG_RESOLVE_FAILED' ? 'Leave it out, or put the value in quotes.' : null,
    span: span(warning.pos),
  }));
}

function complaint(text: string, doc: Document, error: YAMLError): Complaint {
  const at = span(error.pos);
  const say = (message: string, hint: string | null, where: Span = at, code: FindingCode = 'yaml_syntax') => ({
    code,
    message,
    hint,
    span: where,
  });
  const found = text.slice(at.start, Math.min(at.end, at.start + 40)).split('\n')[0] ?? '';
  const before = text.slice(Math.max(0, at.start - 2), at.start + 2);
  switch (error.code) {
    case 'DUPLICATE_KEY': {
      const key = keyAt(text, at.start);
      const name = text.slice(key.start, key.end);
      return say(
        `The key ${name} is written twice here; only one of them could count.`,
        'Remove one of the two, or merge what is below them.',
        key,
        'duplicate_key',
      );
    }
    case 'TAB_AS_INDENT':
      return say('This line is indented with a tab, which YAML does not allow.', 'Use spaces.', at, 'yaml_tab');
    case 'MULTIPLE_DOCS':
      return say(
        'A second document begins here, but a config is one document.',
        'Remove the line `---` and what is below.',
      );
    case 'BAD_SCALAR_START':
      return say(
        `A value without quotes can’t begin with ${found.slice(0, 1)}, which YAML keeps for itself.`,
        'Put the value in quotes.',
      );
    case 'BLOCK_AS_IMPLICIT_KEY':
      return say(
        'A second `key: value` stands on the same line.',
        'Put it on its own line, or the value in quotes if the colon belongs to it.',
      );
    case 'BAD_INDENT':
      if (/end with a [\]}]/.test(error.message)) {
        const open = opening(doc, at.start) ?? at;
        const bracket = error.message.includes(']') ? ']' : '}';
        return say(
          `A bracket is opened here and never closed before the next line begins.`,
          `Write the missing \`${bracket}\`.`,
          open,
        );
      }
      return say(
        'This line is indented differently from its neighbours, so that it can’t be told where it belongs.',
        'Give all keys of one group the same number of spaces.',
      );
    case 'MISSING_CHAR':
      if (/closing .quote/.test(error.message)) {
        return say(
          'A quote is opened here and never closed.',
          'Write the missing quote at the end of the value.',
          quoted(doc, at.start) ?? at,
        );
      }
      if (/map values/.test(error.message)) {
        return say(
          `\`${found.trim()}\` stands where a key is expected, but no colon follows.`,
          'Write `key: value`, with a space after the colon.',
        );
      }
      if (/flow|comma|,/i.test(error.message))
        return say('Between two items in brackets there must be a comma.', 'Write the missing `,`.');
      return say(`${firstLine(error.message)}.`, null);
    case 'MULTILINE_IMPLICIT_KEY':
      return say(
        'A key goes over several lines; perhaps a colon is missing further up.',
        'Write `key: value` on one line.',
      );
    case 'BAD_DQ_ESCAPE':
      return say(
        `\`${found}\` is not an escape that YAML knows inside double quotes.`,
        'Write the backslash twice, or use single quotes.',
      );
    case 'UNEXPECTED_TOKEN':
      if (before.includes('${')) {
        return say(
          'A reference inside brackets needs quotes, because its braces mean a map to YAML.',
          'Write it in double quotes, e.g. "${secret:name}".',
        );
      }
      return say(
        `${found.trim() === '' ? 'Something' : `\`${found.trim()}\``} stands where nothing is expected: the line before has ended, or is indented differently.`,
        'Check the indentation, and put quotes around a value that has quotes, brackets or a colon in it.',
      );
    case 'RESOURCE_EXHAUSTION':
      // where exactly it becomes too much depends on the machine; its line does not
      return say('The file is nested too deeply.', 'Nothing in a config needs more than a few levels.', {
        start: text.lastIndexOf('\n', at.start - 1) + 1,
        end: at.start,
      });
    default:
      return say(`${firstLine(error.message)}.`, null);
  }
}

const firstLine = (message: string): string => (message.split('\n')[0] ?? message).replace(/[.:\s]+$/, '');

const span = (pos: readonly [number, number]): Span => ({ start: pos[0], end: Math.max(pos[1], pos[0]) });

/** The whole key that begins at an offset, quoted or not. */
function keyAt(text: string, start: number): Span {
  const word = /^(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^:,{}[\]\n#]+)/
    .exec(text.slice(start, start + 300))?.[0]
    .trimEnd();
  return { start, end: start + (word?.length || 1) };
}

/** The innermost bracket still open at an offset. */
function opening(doc: Document, offset: number): Span | null {
  let best: Span | null = null;
  visit(doc, {
    Collection(_, node) {
      if (isCollection(node) && node.flow && node.range && node.range[0] < offset && node.range[1] >= offset - 1) {
        best = { start: node.range[0], end: node.range[0] + 1 };
      }
    },
  });
  return best;
}

/** The quoted value that was being read at an offset. */
function quoted(doc: Document, offset: number): Span | null {
  let best: Span | null = null;
  visit(doc, {
    Scalar(_, node) {
      const isQuoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
      if (isQuoted && node.range && node.range[0] < offset && node.range[1] >= offset - 1) {
        best = { start: node.range[0], end: node.range[0] + 1 };
      }
    },
  });
  return best;
}
