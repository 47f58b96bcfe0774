/** A run that is the host's own child: started recorded and guarded, signalled by its group, proven to be gone. */
import type { Cause } from '../../shared/model.ts';
import { explainExit } from '../core/causes.ts';
import { reachable } from '../engines/address.ts';
import { killVerified, type SeenProcess, signalGroup, spawnEngine, survivorsOf, treeOf } from './child.ts';
import { commandLine } from './command-line.ts';
import type { EngineRun, Exit, Launched, RunOptions, Started } from './engine-run.ts';
import { lastWords } from './last-words.ts';
import { launchContext } from './launch-context.ts';
import type { LedgerEntry } from './ledger.ts';
import { freePort, isListening } from './ports.ts';
import { which } from './which.ts';

export class EngineProcess implements EngineRun {
  #options: RunOptions;
  #tag: string;
  #pid: number | null = null;
  #port: number | null = null;
  /** Where the log stood before this run. */
  #from: number | null = null;
  #startTime: string | null = null;
  #seen: readonly SeenProcess[] = [];
  /** Processes that were named in the log because they outlived a stop. */
  #told = new Set<number>();
  /** A stop that was asked for while the process was still being spawned. */
  #wanted: (() => void) | null = null;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#tag = `${options.services.instance}:${options.run}`;
  }

  readonly left = false;

  get pid(): number | null {
    return this.#pid;
  }

  /** Spawns on the configured port or a free one. It is in the ledger and under the guard before this resolves. */
  async start(launched: (launched: Launched) => void): Promise<Started> {
    const { engine, config, profile, log, services } = this.#options;
    try {
      const port = config.port ?? (await freePort(reachable(config.host)));
      this.#port = port;
      const prepared = profile.prepares === undefined ? undefined : await services.prepare(engine, config);
      if (prepared !== undefined && 'cause' in prepared) return { ok: false, cause: prepared.cause };
      this.#from = await log.end().catch(() => null);
      const made = profile.launch(config, launchContext(config.host, port, prepared));
      if ('cause' in made) return { ok: false, cause: made.cause };
      launched({ port, command: commandLine(made), apiKey: prepared?.apiKey ?? null });
      const file = await which(made.command, { ...process.env, ...made.env });
      if (file === null) return { ok: false, cause: notFound(made.command) };
      const child = await spawnEngine({ ...made, file, cwd: config.cwd, logPath: log.path, tag: this.#tag });
      if (!child.ok) return child;
      const { pid, startTime } = child;
      services.guard.add(pid);
      this.#startTime = startTime;
      await this.#record({ pid, startTime, tag: this.#tag, kind: 'engine', name: engine });
      this.#pid = pid;
      this.#wanted?.();
      return { ok: true, exited: child.exited };
    } catch (error) {
      return { ok: false, cause: { code: 'spawn_failed', message: String(error), hint: null } };
    }
  }

  /** Sends the profile's stop signal, or KILL to the group and whoever else carries the tag. */
  signal(how: 'stop' | 'kill'): void {
    const pid = this.#pid;
    if (pid === null) {
      this.#wanted = () => this.signal(how);
      return;
    }
    void this.#send(pid, how);
  }

  async verify(): Promise<Cause | null> {
    if (this.#pid === null) return null;
    const left = await survivorsOf(this.#run(this.#pid));
    if (left.length === 0) return null;
    const port = this.#port;
    const open = port !== null && (await isListening(reachable(this.#options.config.host), port, 500));
    return {
      code: 'survivors',
      message: `Still running after the stop: ${namesOf(left)}.${open ? ` Port ${port} is still open.` : ''}`,
      hint: 'End them by hand.',
    };
  }

  /** From its own last lines: neither those of an earlier run nor what Stackyard said about it. */
  async explain({ code, signal }: Exit): Promise<Cause> {
    const { profile, log } = this.#options;
    const logTail = await lastWords(log, this.#from);
    return explainExit({ failures: profile.failures, logTail, code, signal });
  }

  /** It leaves ledger and guard. */
  forget(): void {
    if (this.#pid === null) return;
    this.#options.services.guard.remove(this.#pid);
    void this.#options.services.ledger.remove(this.#pid);
  }

  /** What can't be entered may not run: after a crash nobody would know it, and to the machine it never began. */
  async #record(entry: LedgerEntry): Promise<void> {
    const { guard, ledger } = this.#options.services;
    try {
      await ledger.record(entry);
    } catch (error) {
      await killVerified(this.#run(entry.pid));
      guard.remove(entry.pid);
      void ledger.remove(entry.pid);
      throw new Error(`It could not be entered in the ledger: ${(error as Error).message}`);
    }
  }

  async #send(pid: number, how: 'stop' | 'kill'): Promise<void> {
    // Remembered before the signal: workers that rename themselves and leave the group are only found this way.
    if (this.#seen.length === 0) this.#seen = await treeOf(pid).catch(() => []);
    const { signal, to } = this.#options.profile.stop;
    if (how === 'stop') return void (await signalGroup(pid, signal, { leaderOnly: to === 'leader' }));
    this.#tellOutlived(await survivorsOf(this.#run(pid)));
    // Each is recognised before it is killed: a dead leader's number may be a stranger's by now.
    await killVerified(this.#run(pid), 2_000);
  }

  /** Once for each process, however often it is chased. */
  #tellOutlived(left: readonly SeenProcess[]): void {
    const fresh = left.filter(({ pid }) => !this.#told.has(pid));
    for (const { pid } of fresh) this.#told.add(pid);
    if (fresh.length > 0) this.#options.log.append(`Still there, so it is killed: ${namesOf(fresh)}.`, 'warn');
  }

  #run(pid: number): Parameters<typeof survivorsOf>[0] {
    return { pid, startTime: this.#startTime, tag: this.#tag, seen: this.#seen };
  }
}

const namesOf = (left: readonly SeenProcess[]) => left.map(({ pid, name }) => `${name} (pid ${pid})`).join(', ');

const notFound = (command: string): Cause => ({
  code: 'command_not_found',
  message: /[/\\]/.test(command) ? `${command} does not exist.` : `“${command}” is not on PATH.`,
  hint: 'Install it, or give its full path as `command`.',
});
