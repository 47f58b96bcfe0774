/** How a run ends: signalled, gone, verified; then again, or given up. */
import type { Cause } from '../../shared/model.ts';
import { CHASE, type Draft, type Effects, LOOKOUT, VERIFY_EVERY } from './engine-draft.ts';
import { lookOut } from './engine-probes.ts';

/** Trying again would end the same way, so a person has to act first. */
const FINAL: ReadonlySet<string> = new Set([
  'command_not_found',
  'permission_denied',
  'model_file_missing',
  'model_file_broken',
  'unknown_argument',
  'invalid_argument',
  'model_unsupported',
  'model_repo_missing',
  'model_repo_gated',
  'cuda_missing',
  'cpu_unsupported',
  'library_missing',
  'python_wrong',
  'engine_config_invalid',
  'disk_full',
  'out_of_memory',
  'secret_unavailable',
  'engine_unsupported',
  'install_needed',
  'release_refused',
  'ready_timeout',
  'port_busy',
  'systemd_unavailable',
  'unit_missing',
  'survivors',
]);

/** Ends the present run; with a cause it counts as a crash. */
export function beginStop(s: Draft, at: number, cause: Cause | null, effects: Effects): void {
  if (s.run === null) return ended(s, cause, at, effects);
  const { exited } = s.run;
  s.phase = { is: 'stopping', killAt: exited ? at : at + s.settings.stopTimeout, killed: exited, cause };
  s.probe = { ...s.probe, at: null, pending: false };
  if (!exited) effects.push({ type: 'signal', run: s.run.id, how: 'stop' });
}

/** The process ended: it is then verified that nothing of it is left, whatever the reason. */
export function exited(s: Draft, cause: Cause, at: number, effects: Effects): void {
  if (s.run === null || s.run.exited) return;
  s.run = { ...s.run, exited: true, giveUpAt: at + CHASE, verifyAt: null };
  s.probe = { ...s.probe, at: null, pending: false };
  effects.push({ type: 'verify', run: s.run.id });
  const p = s.phase;
  if (p.is === 'stopping') s.phase = { ...p, killed: true };
  else if (p.is === 'draining') s.phase = { is: 'stopping', killAt: at, killed: true, cause: null };
  else if (cause.code === 'port_busy' && p.is === 'starting' && !p.again)
    s.phase = { is: 'starting', step: 'identify', asked: false, again: true, deadline: null };
  else ended(s, cause, at, effects);
}

/** Whether something of the run is left. Its leftovers are killed for a while, then named and only watched. */
export function verified(s: Draft, survivors: Cause | null, at: number, effects: Effects): void {
  if (s.run === null || !s.run.exited) return;
  if (survivors === null) return verifiedGone(s, at, effects);
  const chasing = s.run.giveUpAt !== null && at < s.run.giveUpAt;
  s.run = { ...s.run, verifyAt: at + (chasing ? VERIFY_EVERY : LOOKOUT) };
  if (chasing) {
    effects.push({ type: 'signal', run: s.run.id, how: 'kill' });
    return;
  }
  const p = s.phase;
  if (p.is === 'failed') {
    if (s.run.giveUpAt === null) return;
    s.phase = { ...p, cause: { ...p.cause, message: `${p.cause.message} ${survivors.message}` } };
  } else if (s.wanted === 'up') ended(s, survivors, at, effects);
  else s.phase = { is: 'stopped', cause: survivors };
  s.run = { ...s.run, giveUpAt: null };
}

function verifiedGone(s: Draft, at: number, effects: Effects): void {
  s.run = null;
  const p = s.phase;
  if (p.is !== 'stopping' && p.is !== 'stopped') return;
  if (p.is === 'stopping' && p.cause !== null && s.wanted === 'up') return ended(s, p.cause, at, effects);
  s.phase = { is: 'stopped', cause: null };
  lookOut(s, at);
}

/** A run is over, or never began, without being asked to: again later, or give up. */
export function ended(s: Draft, cause: Cause | null, at: number, effects: Effects): void {
  s.probe = { ...s.probe, at: null, pending: false };
  if (s.wanted === 'down' || cause === null) {
    s.phase = { is: 'stopped', cause: null };
    return lookOut(s, at);
  }
  const policy = s.settings.restart;
  s.exits = [...s.exits.filter((t) => at - t <= (policy?.window ?? 0)), at];
  s.stumbles += 1;
  s.troubled = true;
  if (policy === null || FINAL.has(cause.code) || s.exits.length > policy.max) {
    const { retryFailed } = s.settings;
    s.phase = { is: 'failed', cause, retryAt: retryFailed === null ? null : at + retryFailed, mayRetry: false };
    effects.push({ type: 'notice', notice: 'failed', cause });
    return;
  }
  const wait = Math.min(policy.backoffMax, policy.backoff * 2 ** (Math.min(s.stumbles, s.exits.length) - 1));
  s.phase = { is: 'backoff', until: at + wait, cause };
  effects.push({ type: 'notice', notice: 'crashed', cause });
}

/** Leaves `backoff`, `failed` or a stop with survivors behind: stopped, once nothing of the last run is left. */
export function clear(s: Draft, at: number, effects: Effects): void {
  if (s.run === null) {
    s.phase = { is: 'stopped', cause: null };
    return lookOut(s, at);
  }
  s.phase = { is: 'stopping', killAt: at, killed: true, cause: null };
  if (s.run.giveUpAt === null) s.run = { ...s.run, giveUpAt: at + CHASE };
  if (s.run.verifyAt === null) return;
  s.run = { ...s.run, verifyAt: null };
  effects.push({ type: 'verify', run: s.run.id });
}
