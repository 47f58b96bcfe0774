/** What taking an engine over from whoever runs it would mean. Pure. */
import { holderWords } from '../../shared/foreign-owner-words.ts';
import type { Cause, ForeignOwner } from '../../shared/model.ts';

export type Takeover =
  /** Asked to end with TERM, never more. */
  | { readonly do: 'ask'; readonly pid: number }
  | { readonly do: 'stop-unit'; readonly unit: string; readonly scope: 'user' | 'system' }
  | { readonly do: 'refuse'; readonly cause: Cause };

/**
 * How the server of a foreign owner is ended on the user's word, by the rules of design §3: a unit through systemd, the user's own
 * process by TERM; what is another user's, or comes back by itself, not at all.
 */
export function takeoverOf(engine: string, owner: ForeignOwner | null): Takeover {
  if (owner === null) return refuse(engine, 'the system does not tell who runs it', 'Stop it where it was started.');
  const { by, pid, user, mine, unit, parent } = owner;
  const who = holderWords(owner);
  if (by === 'systemd' && unit !== null) {
    if (unit.scope === 'user' && mine === false)
      return refuse(engine, `${who} belongs to another user’s systemd`, `Ask ${user ?? 'them'} to stop it.`);
    return { do: 'stop-unit', unit: unit.name, scope: unit.scope };
  }
  if (by === 'container') {
    const name = parent ?? 'NAME';
    return refuse(
      engine,
      `its server is ${who}`,
      `Stop it there, e.g. \`docker stop ${name}\` or \`podman stop ${name}\`.`,
    );
  }
  if (by === 'app')
    return refuse(
      engine,
      `its server is ${who}, which starts it again when it ends`,
      `Quit ${parent ?? 'that app'} first.`,
    );
  if (by === 'service')
    return refuse(engine, `its server is ${who}, which the system starts again when it ends`, stopService(parent));
  if (mine !== true || pid === null) {
    const command = pid === null ? 'Stop it as that user.' : `Stop it as that user, or run \`sudo kill ${pid}\`.`;
    return refuse(engine, `${who} is another user’s process`, command);
  }
  return { do: 'ask', pid };
}

/** A system unit that we may not stop: whoever may needs the exact command. */
export const unitRefused = (engine: string, unit: string, scope: 'user' | 'system', why: string): Cause =>
  refusal(
    engine,
    `systemd does not let us stop ${unit}: ${why.replace(/\.$/, '')}`,
    scope === 'system' ? `Run \`sudo systemctl stop ${unit}\`.` : `Run \`systemctl --user stop ${unit}\`.`,
  );

/** Windows can only end a process, not ask it to. */
export const cantAsk = (engine: string, owner: ForeignOwner): Cause =>
  refusal(
    engine,
    `Windows has no way to ask ${holderWords(owner)} to end, and Stackyard kills nothing that it did not start`,
    'Close it where it was started.',
  );

/** It was ended, and somebody started it again. */
export const cameBack = (engine: string, owner: ForeignOwner | null): Cause =>
  refusal(
    engine,
    `its server ended, but another took its place: ${holderWords(owner)}`,
    `Stop ${owner?.parent ?? 'whatever starts it again'} first.`,
  );

/** It was asked to end and did not. */
export const wontEnd = (engine: string, owner: ForeignOwner, seconds: number): Cause =>
  refusal(
    engine,
    `${holderWords(owner)} was asked to end and had not after ${seconds} s; nothing more was done`,
    owner.pid === null ? 'Stop it where it was started.' : `End it yourself, e.g. \`kill -9 ${owner.pid}\`.`,
  );

/** The process that was to be ended is no longer the one on the port. */
export const changedHands = (engine: string): Cause =>
  refusal(engine, 'another process has its port by now; nothing was signalled', 'Look again, then decide again.');

/** Its config leaves it to others. */
export const notOurs = (engine: string): Cause =>
  refusal(
    engine,
    'the config says `mode: external`, so Stackyard would not start one of its own',
    'Write `mode: auto` or `mode: managed` first.',
  );

function stopService(name: string | null): string {
  const brew = /^homebrew\.mxcl\.(.+)$/.exec(name ?? '')?.[1];
  if (brew !== undefined) return `Run \`brew services stop ${brew}\`.`;
  return name === null ? 'Stop that service.' : `Stop the service ${name} first.`;
}

const refusal = (engine: string, why: string, hint: string): Cause => ({
  code: 'takeover_refused',
  message: `${engine} can’t be taken over: ${why}.`,
  hint,
});

const refuse = (engine: string, why: string, hint: string): Takeover => ({
  do: 'refuse',
  cause: refusal(engine, why, hint),
});
