import { CirclePlus, CircleX, Hourglass, Minus, Network, RotateCw, Route } from 'lucide-react';
import type { Plan } from '../../../shared/model.ts';
import { type PlanItem, planItems } from './plan-words.ts';

const ICONS: Record<PlanItem['kind'], typeof RotateCw> = {
  restart: RotateCw,
  add: CirclePlus,
  remove: CircleX,
  change: Route,
  gateway: Network,
  keep: Minus,
  finish: Hourglass,
};

/** A plan, item by item. `label` is its accessible name. */
export function PlanList({ plan, label }: { readonly plan: Plan; readonly label: string }) {
  return (
    <ul className="plan-items" aria-label={label}>
      {planItems(plan).map((item) => (
        <PlanRow key={item.title} item={item} />
      ))}
    </ul>
  );
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
