/** A plan in words: what applying a config would do to whom. */
import type { Plan } from '../../shared/model.ts';
import { plain, table } from './words.ts';

const ACTION_WORDS: Readonly<Record<Plan['engines'][number]['action'], string>> = {
  add: 'is added',
  remove: 'is stopped and forgotten',
  restart: 'restarts when its requests are done',
  update: 'is updated without a restart',
  keep: 'is untouched',
};

/** The same on one line, for a list: `restarts llama; adds vllm; 2 routes`. */
export function planSummary(plan: Plan): string {
  const named = (words: string, action: Plan['engines'][number]['action']): string[] => {
    const names = plan.engines.filter((engine) => engine.action === action).map((engine) => engine.name);
    return names.length > 0 ? [`${words} ${names.join(', ')}`] : [];
  };
  const routes = plan.routes.length;
  const parts = [
    ...named('restarts', 'restart'),
    ...named('adds', 'add'),
    ...named('removes', 'remove'),
    ...named('updates', 'update'),
    ...(plan.gateway.action === 'keep' ? [] : ['gateway']),
    ...(routes > 0 ? [`${routes} ${routes === 1 ? 'route' : 'routes'}`] : []),
    ...plan.other,
  ];
  return parts.length > 0 ? plain(parts.join('; ')) : 'nothing that runs';
}

/** Several lines; `Nothing changes.` when that is so. */
export function planText(plan: Plan): string {
  if (!plan.changed) return 'Nothing changes.\n';
  const gateway = {
    keep: [],
    update: [['gateway', 'is updated', plan.gateway.keys.join(', ')]],
    rebind: [['gateway', 'listens elsewhere once it can', plan.gateway.keys.join(', ')]],
  }[plan.gateway.action];
  const rows = [
    ...plan.engines.map((engine) => [
      engine.name,
      engine.action === 'restart' && !engine.running ? 'is changed (it is not running)' : ACTION_WORDS[engine.action],
      engine.keys.join(', '),
    ]),
    ...gateway,
    ...plan.other.map((key) => [key, 'changes', '']),
  ];
  const lines = [
    rows.length > 0 ? table(rows[0] ?? [], rows.slice(1)) : '',
    plan.routes.length > 0 ? `Routes that change: ${plan.routes.map(plain).join(', ')}\n` : '',
    plan.in_flight > 0 ? `Requests in flight that may finish first: ${plan.in_flight}\n` : '',
  ];
  return lines.join('');
}
