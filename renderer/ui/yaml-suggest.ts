/** Keys and values that the schema knows, suggested while the config is written, and what a key is for, at the pointer. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import type { Extension, Text } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import { aboutKey, type Suggestion, suggestAt } from '../../shared/config/suggest.ts';

/** The list comes while a word is typed, and by Ctrl Space where none is. */
export const suggestions: Extension = [
  autocompletion({ override: [complete], icons: false, activateOnTyping: true }),
  hoverTooltip((view, position) => {
    const line = view.state.doc.lineAt(position);
    const found = aboutKey(linesOf(view.state.doc), line.number - 1, position - line.from);
    if (found === null) return null;
    return {
      pos: line.from + found.from,
      end: line.from + found.to,
      above: true,
      create: () => ({ dom: card(found.key, found.about, found.detail) }),
    };
  }),
];

function complete({ state, pos, explicit }: CompletionContext): CompletionResult | null {
  const line = state.doc.lineAt(pos);
  const found = suggestAt(linesOf(state.doc), line.number - 1, pos - line.from);
  if (found === null || found.options.length === 0) return null;
  const from = line.from + found.from;
  // Not a list at every new line: a word has to be begun, or the list asked for.
  if (!explicit && from === pos) return null;
  return { from, options: found.options.map(asCompletion), validFor: /^[\w.-]*$/ };
}

const asCompletion = ({ word, detail, about, insert }: Suggestion): Completion => ({
  label: word,
  apply: insert,
  ...(detail !== '' && { detail }),
  ...(about !== '' && { info: about }),
});

const linesOf = (doc: Text): readonly string[] => doc.toString().split('\n');

function card(key: string, about: string, detail: string): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'yaml-about';
  const name = document.createElement('b');
  name.textContent = key;
  const words = document.createElement('p');
  words.textContent = about;
  const fits = document.createElement('p');
  fits.className = 'dim';
  fits.textContent = detail;
  dom.append(name, words, fits);
  return dom;
}
