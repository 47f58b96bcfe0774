import { HighlightStyle, syntaxHighlighting, syntaxTree } from '@codemirror/language';
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Keys, strings and comments in the colours of the tokens. */
export const yamlColours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--syn-key)' },
    { tag: [tags.string, tags.special(tags.string), tags.content], color: 'var(--syn-str)' },
    { tag: [tags.comment, tags.lineComment], color: 'var(--syn-com)' },
    { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--text-2)' },
  ]),
);

const number = Decoration.mark({ class: 'yaml-number' });

/** The grammar knows plain words only: those that read as a number, a truth value or null get a colour of their own. */
const matcher = new MatchDecorator({
  regexp: /(?<=[:[,{-]\s*)(?:-?\d+(?:\.\d+)?|true|false|null|~)(?=\s*(?:$|[#,\]}]))/g,
  decorate: (add, from, to, _match, view) => {
    if (syntaxTree(view.state).resolveInner(from, 1).name === 'Literal') add(from, to, number);
  },
});

export const yamlNumbers = ViewPlugin.fromClass(
  class {
    shown: DecorationSet;
    constructor(view: EditorView) {
      this.shown = matcher.createDeco(view);
    }
    update(update: ViewUpdate) {
      // the tree grows in idle time without the text changing
      const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
      this.shown = parsed ? matcher.createDeco(update.view) : matcher.updateDeco(update, this.shown);
    }
  },
  { decorations: (plugin) => plugin.shown },
);
