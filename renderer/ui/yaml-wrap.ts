/** A line of YAML that is too long goes on under its own beginning, a little further in: its depth can still be seen. */
import { RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

/** How much further in, and the deepest that is followed, columns: a narrow editor has no more room. */
const FURTHER = 2;
const DEEPEST = 16;

/** How far in the rest of a line begins, columns. */
export function hangingIndent(line: string): number {
  const depth = /^[ ]*(?:- +)?/.exec(line)?.[0].length ?? 0;
  return Math.min(DEEPEST, depth + FURTHER);
}

const hung = (columns: number): Decoration =>
  Decoration.line({ attributes: { style: `padding-left: calc(4px + ${columns}ch); text-indent: -${columns}ch` } });

function decorations(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      builder.add(line.from, line.from, hung(hangingIndent(line.text)));
      at = line.to + 1;
    }
  }
  return builder.finish();
}

export const hangingWrap = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = decorations(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.decorations = decorations(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
