/** What is wrong with a file before YAML is asked: no text, or far too much of it. */
import type { Finding } from '../model.ts';
import type { FindingCode } from './finding-codes.ts';
import { lineStarts, position } from './locate.ts';

/** Longest text that is looked at, in UTF-16 units: a thousand engines; more would make every check slow. */
export const MAX_TEXT = 128 * 1024;

/** Why a text isn't read at all; `null`: it is. */
export function unreadableText(text: string): Finding | null {
  if (text.length > MAX_TEXT) {
    const size = `more than ${MAX_TEXT.toLocaleString('en')} characters`;
    return problem(
      text,
      0,
      'too_large',
      `The file has ${size}, far more than any config.`,
      'Is this the right file?',
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const at = text.search(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/);
  if (at >= 0) {
    const many = text.match(/\0/g)?.length ?? 0;
    if (many > text.length / 4) {
      return problem(
        text,
        at,
        'not_text',
        'The file is not text in UTF-8, but probably UTF-16.',
        'Save it as UTF-8.',
      );
    }
    const name = `U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return problem(
      text,
      at,
      'not_text',
      `The control character ${name} stands here, which no text file has.`,
      'Remove it; inside double quotes it can be written as an escape.',
    );
  }
  const broken = text.indexOf('\ufffd');
  if (broken >= 0) {
    return problem(
      text,
      broken,
      'not_text',
      'Bytes stand here that are not UTF-8, so that it can’t be told which character is meant.',
      'Save the file as UTF-8.',
    );
  }
  return null;
}

function problem(text: string, at: number, code: FindingCode, message: string, hint: string): Finding {
  const [line, column] = position(lineStarts(text.slice(0, at + 1)), at);
  return { severity: 'error', code, message, hint, path: [], line, column, endLine: line, endColumn: column + 1 };
}
