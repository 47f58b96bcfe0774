/** What systemd knows about one unit of the user's. */
import { constants } from 'node:os';
import type { Cause } from '../../shared/model.ts';
import type { Exit } from './engine-run.ts';
import { ownerOf } from './foreign-owner.ts';
import { portHolder } from './ports.ts';
import { descendants } from './processes.ts';
import { systemctl } from './systemd-control.ts';

/** The properties of `systemctl show` that tell how a service fares (org.freedesktop.systemd1(5)). */
export interface UnitState {
  /** `loaded`, `not-found`, `bad-setting`, `masked`, … */
  readonly load: string;
  /** `active`, `activating`, `deactivating`, `reloading`, `inactive`, `failed`, … */
  readonly active: string;
  /** `null` while it has no main process. */
  readonly mainPid: number | null;
  /** `success`, `exit-code`, `signal`, `oom-kill`, `timeout`, `start-limit-hit`, … */
  readonly result: string;
  /** How the main process ended last; `null` when it has not. */
  readonly exit: Exit | null;
  /** Changes with every activation; `null` before the first. */
  readonly invocation: string | null;
}

const PROPERTIES = 'LoadState,ActiveState,MainPID,Result,ExecMainCode,ExecMainStatus,InvocationID';

/** Asks for a unit's state; a unit that does not exist is `not-found`. The cause is `systemd_unavailable`. */
export async function unitState(unit: string): Promise<UnitState | { readonly cause: Cause }> {
  const answer = await systemctl('user', ['show', '-p', PROPERTIES, unit]);
  return answer.ok ? parseShow(answer.stdout) : { cause: unavailable(answer.message) };
}

/** Lines of `KEY=VALUE`. */
export function parseShow(text: string): UnitState {
  const values = new Map(
    text.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1).trim()];
    }),
  );
  const number = (key: string) => Number(values.get(key) ?? 0) || 0;
  return {
    load: values.get('LoadState') ?? 'not-found',
    active: values.get('ActiveState') ?? 'inactive',
    mainPid: number('MainPID') || null,
    result: values.get('Result') ?? 'success',
    exit: exitOf(number('ExecMainCode'), number('ExecMainStatus')),
    invocation: values.get('InvocationID') || null,
  };
}

/** `ExecMainCode` is waitid(2)'s `si_code`: 1 exited, 2 killed, 3 dumped; the status is a code, then a signal's number. */
function exitOf(code: number, status: number): Exit | null {
  if (code === 1) return { code: status, signal: null };
  if (code !== 2 && code !== 3) return null;
  const name = Object.entries(constants.signals).find(([, number]) => number === status)?.[0];
  return { code: null, signal: name ?? `signal ${status}` };
}

/** Runs, or is on its way up or down. */
export const isUp = ({ active }: UnitState): boolean =>
  ['active', 'activating', 'reloading', 'refreshing', 'deactivating'].includes(active);

/** Whether what listens on the port belongs to the unit, by its main process or by its cgroup. */
export async function unitHoldsPort(unit: string, port: number): Promise<boolean> {
  const [state, holder] = await Promise.all([unitState(unit), portHolder(port)]);
  if ('cause' in state || !isUp(state) || holder?.pid == null) return false;
  const { mainPid } = state;
  if (mainPid !== null && (holder.pid === mainPid || (await descendants(mainPid)).includes(holder.pid))) return true;
  const owner = await ownerOf(holder.pid);
  return owner?.unit?.scope === 'user' && owner.unit.name === unit;
}

export const unavailable = (said: string): Cause => ({
  code: 'systemd_unavailable',
  message: `The user’s systemd can’t be reached: ${said.replace(/\.$/, '')}.`,
  hint: 'Start Stackyard in a login session of the user (`loginctl enable-linger` keeps one without a login), or use `manager: process`.',
});
