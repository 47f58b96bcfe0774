/** A plan as the drawer tells it: what restarts, changes, is left alone, is let finish. Pure. */
import type { Plan } from '../../../shared/model.ts';
import { plural } from '../../format.ts';

export interface PlanItem {
  readonly kind: 'restart' | 'add' | 'remove' | 'change' | 'gateway' | 'keep' | 'finish';
  readonly title: string;
  readonly text: string;
}

/** What applying would do, what is felt most first. */
export function planItems(plan: Plan): readonly PlanItem[] {
  const by = (action: Plan['engines'][number]['action']) => plan.engines.filter((e) => e.action === action);
  const names = (list: Plan['engines']) => list.map((e) => e.name).join(', ');
  const items: PlanItem[] = [];
  for (const engine of by('restart')) {
    items.push({
      kind: 'restart',
      title: engine.running ? `Restarts ${engine.name}` : `Changes ${engine.name}`,
      text: `${engine.keys.join(', ')}. ${engine.running ? 'Finishes its requests first.' : 'It does not run now.'}`,
    });
  }
  if (by('remove').length > 0) {
    items.push({ kind: 'remove', title: `Removes ${names(by('remove'))}`, text: 'Stopped first, if it runs.' });
  }
  if (by('add').length > 0) {
    items.push({ kind: 'add', title: `Adds ${names(by('add'))}`, text: plural(by('add').length, 'new engine') });
  }
  for (const engine of by('update')) {
    items.push({
      kind: 'change',
      title: `Updates ${engine.name}`,
      text: `${engine.keys.join(', ')}, without a restart.`,
    });
  }
  if (plan.routes.length > 0) {
    items.push({
      kind: 'change',
      title: `Changes ${plural(plan.routes.length, 'route')}`,
      text: plan.routes.join(', '),
    });
  }
  if (plan.gateway.action !== 'keep') {
    items.push({
      kind: 'gateway',
      title: plan.gateway.action === 'rebind' ? 'Moves the gateway' : 'Updates the gateway',
      text:
        plan.gateway.action === 'rebind'
          ? 'The new address is taken first; apps must use it from then on.'
          : plan.gateway.keys.join(', '),
    });
  }
  if (plan.other.length > 0) {
    items.push({ kind: 'change', title: `Changes ${plan.other.join(', ')}`, text: 'Takes effect at once.' });
  }
  const kept = by('keep');
  if (kept.length > 0)
    items.push({ kind: 'keep', title: `Leaves ${plural(kept.length, 'engine')}`, text: names(kept) });
  if (plan.in_flight > 0) {
    items.push({
      kind: 'finish',
      title: `Lets ${plural(plan.in_flight, 'request')} finish`,
      text: 'Nothing in flight is cut.',
    });
  }
  return items;
}

/** A plan that was carried out, on one line: `Restarted llama · 2 routes`. */
export function planHeadline(plan: Plan): string {
  const names = (words: string, action: Plan['engines'][number]['action']): string[] => {
    const found = plan.engines.filter((e) => e.action === action).map((e) => e.name);
    return found.length > 0 ? [`${words} ${found.join(', ')}`] : [];
  };
  const parts = [
    ...names('Restarted', 'restart'),
    ...names('Added', 'add'),
    ...names('Removed', 'remove'),
    ...names('Updated', 'update'),
    ...(plan.gateway.action === 'keep' ? [] : ['Gateway']),
    ...(plan.routes.length > 0 ? [plural(plan.routes.length, 'route')] : []),
    ...(plan.other.length > 0 ? [`Changed ${plan.other.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join(' · ') : 'Nothing that runs';
}
