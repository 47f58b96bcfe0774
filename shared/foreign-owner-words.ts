import type { ForeignOwner } from './model.ts';

/**
 * Who runs a foreign process, in as few words as name it: `ollama.service`, `LM Studio`, `container 1f2e3d4c5b6a`, `pid 1184 of
 * root`, `pid 1184 (ollama)`. For a row of a table, behind "external".
 */
export function ownerWords({ by, pid, name, user, mine, unit, parent }: ForeignOwner): string {
  if (by === 'systemd' && unit !== null) return unit.name;
  if (by === 'container') return parent === null ? 'a container' : `container ${parent}`;
  if ((by === 'app' || by === 'service') && parent !== null) return parent;
  const who = pid === null ? (name ?? 'a process') : `pid ${pid}${name === null ? '' : ` (${name})`}`;
  return mine === false && user !== null ? `${pid === null ? who : `pid ${pid}`} of ${user}` : who;
}

/**
 * The holder of a port for a sentence, with all that helps to find it: `ollama (pid 1184), run by ollama.service`, `nginx (pid 7) of
 * root`, `another program`.
 */
export function holderWords(holder: ForeignOwner | null): string {
  if (holder === null) return 'another program';
  const { by, pid, name, user, mine, unit, parent } = holder;
  const number = pid === null ? '' : ` (pid ${pid})`;
  const what = name === null ? (pid === null ? 'a program' : `pid ${pid}`) : `${name}${number}`;
  const whose = mine === false && user !== null ? ` of ${user}` : '';
  if (by === 'systemd' && unit !== null) return `${what}, run by ${unit.scope === 'user' ? 'your ' : ''}${unit.name}`;
  if (by === 'container') return `${what}${whose} in ${parent === null ? 'a container' : `the container ${parent}`}`;
  if ((by === 'app' || by === 'service') && parent !== null) return `${what}${whose}, run by the ${by} ${parent}`;
  return `${what}${whose}`;
}
