import './yaml-editor.css';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { indentUnit } from '@codemirror/language';
import { linter, nextDiagnostic, previousDiagnostic } from '@codemirror/lint';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import type { Finding } from '../../shared/model.ts';
import { changedLines, markChangedLines } from './yaml-changes.ts';
import { yamlColours, yamlNumbers } from './yaml-colours.ts';
import { findingsField, showFindings } from './yaml-findings.ts';
import { suggestions } from './yaml-suggest.ts';
import { hangingWrap } from './yaml-wrap.ts';

export interface YamlEditorHandle {
  /** Puts the cursor at a line (from 1) and column (from 1), scrolls there and focuses the editor. */
  goTo: (line: number, column?: number) => void;
}

interface Props {
  readonly ref?: Ref<YamlEditorHandle>;
  /** Accessible name. */
  readonly label: string;
  readonly value: string;
  /** Absent: the text can only be read. */
  readonly onChange?: (text: string) => void;
  readonly findings?: readonly Finding[];
  readonly onFix?: (finding: Finding) => void;
  /** Lines (from 1) that differ from the saved file. */
  readonly changed?: ReadonlySet<number>;
}

const NONE: readonly Finding[] = [];
const NO_LINES: ReadonlySet<number> = new Set();

/** YAML with line numbers, search, undo, and findings at their lines. The caller owns the text. */
export function YamlEditor(props: Props) {
  const { ref, label, value, onChange, findings = NONE, onFix, changed = NO_LINES } = props;
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ value, onChange, onFix });
  useEffect(() => {
    latest.current = { value, onChange, onFix };
  });

  // one editor per mount; everything later reaches it as a transaction
  useEffect(() => {
    if (!box.current) return;
    const editor = new EditorView({
      parent: box.current,
      doc: latest.current.value,
      extensions: extensions({
        label,
        newline: latest.current.value.includes('\r\n') ? '\r\n' : '\n',
        editable: latest.current.onChange !== undefined,
        changed: (text) => {
          if (text !== latest.current.value) latest.current.onChange?.(text);
        },
        fix: (finding) => latest.current.onFix?.(finding),
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [label]);

  useEffect(() => {
    if (view.current) replaceText(view.current, value);
  }, [value]);
  useEffect(() => {
    view.current?.dispatch(showFindings(view.current.state, findings));
  }, [findings]);
  useEffect(() => {
    view.current?.dispatch({ effects: markChangedLines.of(changed) });
  }, [changed]);

  useImperativeHandle(ref, () => ({
    goTo: (line, column = 1) => {
      const editor = view.current;
      if (!editor) return;
      const at = editor.state.doc.line(Math.min(Math.max(1, line), editor.state.doc.lines));
      const position = Math.min(at.to, at.from + column - 1);
      editor.dispatch({
        selection: { anchor: position },
        effects: EditorView.scrollIntoView(position, { y: 'center' }),
      });
      editor.focus();
    },
  }));

  return <div ref={box} className="yaml-editor" />;
}

interface Setup {
  readonly label: string;
  readonly newline: string;
  readonly editable: boolean;
  readonly changed: (text: string) => void;
  readonly fix: (finding: Finding) => void;
}

function extensions({ label, newline, editable, changed, fix }: Setup): Extension {
  return [
    lineNumbers(),
    yaml(),
    yamlColours,
    yamlNumbers,
    EditorView.lineWrapping,
    hangingWrap,
    indentUnit.of('  '),
    EditorState.lineSeparator.of(newline),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
    findingsField(fix),
    linter(null, { tooltipFilter: () => [] }), // the card under the line says it already
    changedLines,
    search({ top: true }),
    EditorState.phrases.of(PHRASES),
    editable
      ? [
          history(),
          drawSelection(),
          highlightActiveLine(),
          suggestions,
          keymap.of([...problemKeys, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.sliceDoc());
          }),
        ]
      : [EditorState.readOnly.of(true), EditorView.editable.of(false), keymap.of(searchKeymap)],
  ];
}

/** CodeMirror's own words, as ours are written. */
const PHRASES = {
  next: 'Next',
  previous: 'Previous',
  all: 'All',
  replace: 'Replace',
  'replace all': 'Replace all',
  'match case': 'Match case',
  regexp: 'Expression',
  'by word': 'Whole words',
  close: 'Close',
  Completions: 'Suggestions',
};

const problemKeys = [
  { key: 'F8', run: nextDiagnostic, preventDefault: true },
  { key: 'Shift-F8', run: previousDiagnostic, preventDefault: true },
];

/** Brings the editor to `next` by the smallest replacement, so that cursor, scroll and undo survive. */
function replaceText(editor: EditorView, next: string): void {
  const now = editor.state.sliceDoc();
  if (now === next) return;
  const length = Math.min(now.length, next.length);
  let start = 0;
  while (start < length && now[start] === next[start]) start += 1;
  let end = 0;
  while (end < length - start && now[now.length - 1 - end] === next[next.length - 1 - end]) end += 1;
  const newline = editor.state.lineBreak;
  if (newline.length > 1) {
    // a document counts every line end as one, the file's text as two: replace it whole
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: next } });
    return;
  }
  editor.dispatch({ changes: { from: start, to: now.length - end, insert: next.slice(start, next.length - end) } });
}
