/** Findings in the editor: a wave under the place, the line tinted, and a card under the line that says it and offers the fix. */
import { setDiagnostics } from '@codemirror/lint';
import {
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Text,
  type TransactionSpec,
} from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';
import type { Finding } from '../../shared/model.ts';

const setFindings = StateEffect.define<readonly Finding[]>();

/** A transaction that shows these findings instead of the former ones. */
export function showFindings(state: EditorState, findings: readonly Finding[]): TransactionSpec {
  const diagnostics = findings.map((finding) => {
    const { from, to } = placeOf(state.doc, finding);
    return { from, to, severity: finding.severity, message: finding.message };
  });
  const spec = setDiagnostics(state, diagnostics);
  const effects = spec.effects === undefined ? [] : [spec.effects].flat();
  return { ...spec, effects: [...effects, setFindings.of(findings)] };
}

/** Where a finding stands in the document. Counted by lines: a document's offsets differ from the file's when lines end in CRLF. */
function placeOf(doc: Text, finding: Finding): { readonly from: number; readonly to: number } {
  const at = (line: number, column: number) => {
    const found = doc.line(Math.min(Math.max(1, line), doc.lines));
    return Math.min(found.to, found.from + Math.max(0, column - 1));
  };
  const from = at(finding.line, finding.column);
  return { from, to: Math.max(from, at(finding.endLine, finding.endColumn)) };
}

/** Tints and cards of the findings; `fix` is called when a card's button is pressed. */
export function findingsField(fix: (finding: Finding) => void): Extension {
  return StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(shown, transaction) {
      for (const effect of transaction.effects) {
        if (effect.is(setFindings)) return decorations(transaction.state.doc, effect.value, fix);
      }
      return shown.map(transaction.changes);
    },
    provide: (field) => EditorView.decorations.from(field),
  });
}

function decorations(doc: Text, findings: readonly Finding[], fix: (finding: Finding) => void): DecorationSet {
  const ranges = findings.flatMap((finding) => {
    const line = doc.lineAt(placeOf(doc, finding).from);
    return [
      Decoration.line({ class: `finding-line ${finding.severity}` }).range(line.from),
      Decoration.widget({ widget: new Card(finding, fix), block: true, side: 1 }).range(line.to),
    ];
  });
  return Decoration.set(ranges, true);
}

class Card extends WidgetType {
  private readonly finding: Finding;
  private readonly fix: (finding: Finding) => void;

  constructor(finding: Finding, fix: (finding: Finding) => void) {
    super();
    this.finding = finding;
    this.fix = fix;
  }

  override eq(other: Card): boolean {
    const a = this.finding;
    const b = other.finding;
    return a === b || (a.message === b.message && a.hint === b.hint && a.severity === b.severity && !a.fix && !b.fix);
  }

  override toDOM(): HTMLElement {
    const card = document.createElement('div');
    card.className = `finding-card ${this.finding.severity}`;
    card.setAttribute('role', 'note');
    const words = document.createElement('p');
    const message = document.createElement('b');
    message.append(...prose(this.finding.message));
    words.append(message, ' ', ...prose(this.finding.hint ?? ''));
    card.append(words);
    if (this.finding.fix) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button primary little';
      button.append(...prose(this.finding.fix.title));
      button.addEventListener('click', () => this.fix(this.finding));
      card.append(button);
    }
    const room = document.createElement('div');
    room.className = 'finding-room';
    room.append(card);
    return room;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** A sentence as nodes: what stands between backticks is code. */
function prose(text: string): readonly Node[] {
  return text.split('`').map((part, i) => {
    if (i % 2 === 0) return document.createTextNode(part);
    const code = document.createElement('code');
    code.className = 'mono';
    code.textContent = part;
    return code;
  });
}
