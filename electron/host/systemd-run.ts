/**
 * A run that systemd runs for us: a unit of the user's, started and stopped by `systemctl --user`, its lines followed in the
 * journal. What ran before we came is taken as it is, and left as it is at the end unless a person stops it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { ERRORS } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';
import { explainExit } from '../core/causes.ts';
import type { StopReason } from '../core/engine-state.ts';
import type { EngineRun, Exit, Launched, RunOptions, Started } from './engine-run.ts';
import { lastWords } from './last-words.ts';
import { isAlive, startTime } from './processes.ts';
import { systemctl } from './systemd-control.ts';
import { followJournal, type Journal } from './systemd-journal.ts';
import { isUp, type UnitState, unavailable, unitState } from './systemd-unit.ts';

/** How often the main process is looked for, and how often systemd is asked while there is none. */
const LOOK = 250;
const ASK = 500;
/** Longer than systemd's own 90 s, after which it kills a unit that does not stop. */
const STOP_LIMIT = 120_000;
/** A unit of `Type=notify` counts as started only when it says that it is ready. */
const START_LIMIT = 10 * 60_000;

export class SystemdRun implements EngineRun {
  #options: RunOptions;
  #unit: string;
  #pid: number | null = null;
  #startTime: string | null = null;
  /** Where the log stood before this run. */
  #from: number | null = null;
  #state: UnitState | null = null;
  #journal: Journal | null = null;
  /** Left running when we let go of it. */
  #left = false;
  /** The stop that is on its way; `null` as long as nobody asked for one. */
  #stop: Promise<void> | null = null;

  constructor(options: RunOptions, unit: string) {
    this.#options = options;
    this.#unit = unit;
  }

  get pid(): number | null {
    return this.#pid;
  }

  get left(): boolean {
    return this.#left;
  }

  async start(launched: (launched: Launched) => void): Promise<Started> {
    const unit = this.#unit;
    const { config, log, services } = this.#options;
    this.#from = await log.end().catch(() => null);
    const before = await unitState(unit);
    if ('cause' in before) return { ok: false, cause: before.cause };
    if (before.load !== 'loaded') return { ok: false, cause: notLoaded(unit, before.load) };
    if (config.port === null) return { ok: false, cause: NO_PORT };
    // A stop that came first leaves nothing to start.
    if (this.#stop !== null || this.#left) {
      await this.#stop;
      return { ok: false, cause: CALLED_OFF };
    }
    const found = isUp(before);
    if (found) log.append(`${unit} runs already; it is used as it is.`, 'info');
    else launched({ port: config.port, command: `systemctl --user start ${unit}` });
    this.#follow(found ? null : Date.now());
    if (found) {
      if (services.units.isOurs(unit, before.invocation)) services.units.set(unit, before.invocation);
      else services.units.delete(unit);
      await this.#meet(before);
    } else {
      const failed = await this.#bringUp(before);
      if (failed !== null) return { ok: false, cause: failed };
    }
    return { ok: true, exited: this.#untilGone() };
  }

  /** `stop` is systemd's, with its own deadline; `kill` is KILL to all of the unit. What is not ours is let go of instead. */
  signal(how: 'stop' | 'kill', why: StopReason | null = null): void {
    const ours = this.#options.services.units.isOurs(this.#unit, this.#state?.invocation ?? null);
    // Nobody asked for it to end, only for us to let go of it.
    if (how === 'stop' && !ours && (why === 'quit' || why === 'config')) {
      this.#left = true;
      this.#options.log.append(`${this.#unit} ran before Stackyard came, and is left running.`, 'info');
      return;
    }
    this.#stop ??= this.#stopUnit();
    if (how === 'kill') void systemctl('user', ['kill', '-s', 'KILL', this.#unit]);
  }

  async verify(): Promise<Cause | null> {
    if (this.#left) return null;
    if (this.#pid !== null && (await isAlive(this.#pid, this.#startTime))) return this.#survives();
    // After a crash systemd may bring it back by itself; that is then the next run.
    if (this.#stop === null) return null;
    const state = await unitState(this.#unit);
    return 'cause' in state || !isUp(state) ? null : this.#survives();
  }

  async explain(exit: Exit): Promise<Cause> {
    const { profile, log } = this.#options;
    if (this.#state?.result === 'oom-kill')
      return {
        code: 'out_of_memory',
        message: `The system ended ${this.#unit} because memory ran out.`,
        hint: ERRORS.out_of_memory.hint,
      };
    const logTail = await lastWords(log, this.#from);
    return explainExit({ failures: profile.failures, logTail, ...exit });
  }

  forget(): void {
    this.#journal?.close();
    if (this.#stop !== null) this.#options.services.units.delete(this.#unit);
  }

  /** `null` when it is up, or was and has ended already; the cause when it could not even be tried. */
  async #bringUp(before: UnitState): Promise<Cause | null> {
    const unit = this.#unit;
    const { services } = this.#options;
    // Else an earlier failure counts against systemd's own limit of starts.
    if (before.active === 'failed') await systemctl('user', ['reset-failed', unit]);
    services.units.set(unit, null);
    const answer = await systemctl('user', ['start', unit], START_LIMIT);
    const state = await unitState(unit);
    if ('cause' in state) return state.cause;
    if (!answer.ok && answer.unavailable) return unavailable(answer.message);
    await this.#meet(state);
    if (isUp(state)) {
      services.units.set(unit, state.invocation);
      // The stop may have been carried out before the start was.
      if (this.#stop !== null) this.#stop = this.#stop.then(() => this.#stopUnit());
      return null;
    }
    if (answer.ok || state.exit !== null) return null;
    services.units.delete(unit);
    return { code: 'spawn_failed', message: `systemd did not start ${unit}: ${answer.message}`, hint: null };
  }

  async #meet(state: UnitState): Promise<void> {
    this.#state = state;
    if (state.mainPid === null || state.mainPid === this.#pid) return;
    this.#startTime = await startTime(state.mainPid);
    this.#pid = state.mainPid;
  }

  /** Resolves when its main process is gone, though systemd may start another; or when it was let go of. */
  async #untilGone(): Promise<Exit> {
    for (;;) {
      if (this.#left) return NOT_TOLD;
      if (this.#pid !== null && (await isAlive(this.#pid, this.#startTime))) {
        await wait(LOOK);
        continue;
      }
      const state = await unitState(this.#unit);
      if ('cause' in state) {
        // A bus that is being restarted says nothing about the unit.
        await wait(ASK);
        continue;
      }
      if (isUp(state) && (this.#pid === null || state.mainPid === this.#pid || this.#stop !== null)) {
        await this.#meet(state);
        await wait(ASK);
        continue;
      }
      const ours = this.#options.services.units.isOurs(this.#unit, this.#state?.invocation ?? null);
      this.#state = state;
      // Whoever started it, systemd starts it again on the same word.
      if (ours && isUp(state)) this.#options.services.units.set(this.#unit, null);
      await this.#journal?.caughtUp();
      return state.exit ?? NOT_TOLD;
    }
  }

  async #stopUnit(): Promise<void> {
    const answer = await systemctl('user', ['stop', this.#unit], STOP_LIMIT);
    if (!answer.ok) this.#options.log.append(`systemd did not stop ${this.#unit}: ${answer.message}`, 'warn');
  }

  #follow(since: number | null): void {
    const { log, run, services } = this.#options;
    this.#journal = followJournal({
      unit: this.#unit,
      since,
      path: log.path,
      tag: `${services.instance}:${run}`,
      failed: (why) => log.append(`The journal of ${this.#unit} can’t be followed: ${why}`, 'warn'),
    });
  }

  #survives(): Cause {
    const pid = this.#pid === null ? '' : ` (pid ${this.#pid})`;
    return {
      code: 'survivors',
      message: `Still running after the stop: ${this.#unit}${pid}.`,
      hint: `See \`systemctl --user status ${this.#unit}\`.`,
    };
  }
}

const NOT_TOLD: Exit = { code: null, signal: null };

const CALLED_OFF: Cause = { code: 'cancelled', message: 'It was stopped before it was started.', hint: null };

const NO_PORT: Cause = {
  code: 'engine_unsupported',
  message: 'Stackyard does not know on which port the unit’s server listens.',
  hint: 'Write its `port`.',
};

const notLoaded = (unit: string, load: string): Cause => ({
  code: 'unit_missing',
  message:
    load === 'not-found'
      ? `The user’s systemd knows no unit ${unit}.`
      : `systemd can’t load the unit ${unit}: it is ${load}.`,
  hint: `Look at \`systemctl --user status ${unit}\`; a unit of the whole system is used with \`mode: external\`.`,
});
