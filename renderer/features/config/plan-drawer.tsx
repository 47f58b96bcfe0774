import type { Finding } from '../../../shared/model.ts';
import { modifierName } from '../../bridge.ts';
import { plural } from '../../format.ts';
import { Button } from '../../ui/button.tsx';
import { Glyph } from '../../ui/state.tsx';
import { applyDraft, isEdited, isPending, useDraft } from './draft-store.ts';
import { PlanList } from './plan-list.tsx';

interface Props {
  readonly errors: readonly Finding[];
  /** How many lines differ from the saved file. */
  readonly changed: number;
  readonly onGoTo: (line: number, column: number) => void;
}

/** What applying would do, and the button that does it. An error that blocks it is never hidden. */
export function PlanDrawer({ errors, changed, onGoTo }: Props) {
  const { plan, text, applying, theirs } = useDraft((d) => d);
  const pending = useDraft(isPending);
  const isEditedNow = useDraft(isEdited);
  const fresh = plan?.text === text;
  const first = errors[0];
  const blocked = errors.length > 0 || theirs !== null;
  return (
    <section className="plan" aria-label="Plan">
      <div className="line">
        <h2>Plan</h2>
        <span className="dim cut grow">{summary()}</span>
        {first && (
          <button
            type="button"
            className="state failed inline-state"
            onClick={() => onGoTo(first.line, first.column)}
          >
            <Glyph tone="failed" />
            {plural(errors.length, 'error')}, line {first.line}
          </button>
        )}
        <Button look="primary" disabled={blocked || !pending || applying} onClick={() => void applyDraft()}>
          {applying ? 'Applying…' : 'Apply'}
          <kbd>{modifierName()} S</kbd>
        </Button>
      </div>
      {pending && plan?.plan && <PlanList plan={plan.plan} label="What applying would do" />}
    </section>
  );

  function summary(): string {
    if (!pending) return 'Nothing to apply. What is written here is what runs.';
    const lines = isEditedNow
      ? `${plural(changed, 'line')} changed.`
      : 'The file was changed and waits for your yes.';
    if (errors.length > 0) return `${lines} ${plan?.plan ? 'What applying would do, from the last valid edit.' : ''}`;
    if (!fresh) return lines;
    return plan?.plan?.changed === false
      ? `${lines} Nothing that runs would change.`
      : `${lines} What applying would do:`;
  }
}
