import { RangeSet, StateEffect, StateField } from '@codemirror/state';
import { GutterMarker, gutterLineClass } from '@codemirror/view';

/** Says which lines (from 1) differ from the saved file. */
export const markChangedLines = StateEffect.define<ReadonlySet<number>>();

const marker = new (class extends GutterMarker {
  override elementClass = 'changed-line';
})();

const field = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(markChangedLines)) continue;
      const { doc } = transaction.state;
      const lines = [...effect.value].filter((n) => n >= 1 && n <= doc.lines).sort((a, b) => a - b);
      return RangeSet.of(lines.map((n) => marker.range(doc.line(n).from)));
    }
    return marks.map(transaction.changes);
  },
  provide: (f) => gutterLineClass.from(f),
});

/** A bar in the gutter beside every changed line. */
export const changedLines = field;
