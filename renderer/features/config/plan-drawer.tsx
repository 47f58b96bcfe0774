import { CirclePlus, CircleX, Hourglass, Minus, Network, RotateCw, Route } from 'lucide-react';
import type { Finding } from '../../../shared/model.ts';
import { modifierName } from '../../bridge.ts';
import { plural } from '../../format.ts';
import { Button } from '../../ui/button.tsx';
import { Glyph } from '../../ui/state.tsx';
import { applyDraft, isEdited, isPending, useDraft } from './draft-store.ts';
import { type PlanItem, planItems } from './plan-words.ts';

interface Props {
  readonly errors: readonly Finding[];
  /** How many lines differ from the saved file. */
  readonly changed: number;
  readonly onGoTo: (line: number, column: number) => void;
}

const ICONS: Record<PlanItem['kind'], typeof RotateCw> = {
  restart: RotateCw,
  add: CirclePlus,
  remove: CircleX,
  change: Route,
  gateway: Network,
  keep: Minus,
  finish: Hourglass,
};

/** What applying would do, and the button that does it. An error that blocks it is never hidden. */
export function PlanDrawer({ errors, changed, onGoTo }: Props) {
  const { plan, text, applying, theirs } = useDraft((d) => d);
  const pending = useDraft(isPending);
  const isEditedNow = useDraft(isEdited);
  const items = plan?.plan ? planItems(plan.plan) : [];
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
      {pending && items.length > 0 && (
        <ul className="plan-items" aria-label="What applying would do">
          {items.map((item) => (
            <PlanRow key={item.title} item={item} />
          ))}
        </ul>
      )}
    </section>
  );

  function summary(): string {
    if (!pending) return 'Nothing to apply. What is written here is what runs.';
    const lines = isEditedNow
      ? `${plural(changed, 'line')} changed.`
      : 'The file was changed and waits for your yes.';
    if (errors.length > 0)
      return `${lines} ${items.length > 0 ? 'What applying would do, from the last valid edit.' : ''}`;
    if (!fresh) return lines;
    return plan?.plan?.changed === false
      ? `${lines} Nothing that runs would change.`
      : `${lines} What applying would do:`;
  }
}

function PlanRow({ item }: { readonly item: PlanItem }) {
  const Icon = ICONS[item.kind];
  return (
    <li className={item.kind}>
      <Icon className="icon" aria-hidden="true" />
      <b className="medium">{item.title}</b>
      <p>{item.text}</p>
    </li>
  );
}
