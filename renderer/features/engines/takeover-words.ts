import type { ForeignOwner } from '../../../shared/model.ts';

/** What taking over would do to whoever runs an engine, and whether there is any use in asking for it. */
export function takeoverWords(owner: ForeignOwner | null): { readonly text: string; readonly possible: boolean } {
  if (owner === null)
    return { text: 'The system does not tell who that is. Stop it where it was started.', possible: false };
  const { by, mine, unit, parent, user } = owner;
  if (by === 'systemd' && unit !== null) {
    const flag = unit.scope === 'user' ? '--user ' : '';
    const later = `It stays enabled: \`systemctl ${flag}disable ${unit.name}\` keeps it from starting with the next ${unit.scope === 'user' ? 'login' : 'boot'}.`;
    return {
      text: `\`systemctl ${flag}stop ${unit.name}\` will be run, then Stackyard starts its own. ${later}`,
      possible: true,
    };
  }
  if (by === 'container')
    return {
      text: 'Stackyard does not reach into containers. Stop it there; then Stackyard starts its own.',
      possible: false,
    };
  if (by === 'app' || by === 'service')
    return {
      text: `It would be started again at once. ${by === 'app' ? 'Quit' : 'Stop'} ${parent ?? 'it'} first; then Stackyard starts its own.`,
      possible: false,
    };
  if (mine !== true)
    return { text: `It belongs to ${user ?? 'another user'}, and only they may end it.`, possible: false };
  return { text: 'It will be asked to end (SIGTERM, never more), then Stackyard starts its own.', possible: true };
}
