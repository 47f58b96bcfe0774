/** One run of an engine as the operating system sees it: start it recorded and guarded, signal it, prove that it is gone. */
import { homedir } from 'node:os';
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { Cause } from '../../shared/model.ts';
import { explainExit } from '../core/causes.ts';
import { reachable } from '../engines/address.ts';
import type { EngineProfile, KnownFailure, Launch, LaunchContext } from '../engines/profile.ts';
import { killVerified, type SeenProcess, signalGroup, spawnEngine, survivorsOf, treeOf } from './child.ts';
import type { EngineLog } from './engine-log.ts';
import type { Guard } from './guard.ts';
import type { Ledger } from './ledger.ts';
import { freePort, isListening } from './ports.ts';
import { treeMemory } from './processes.ts';
import { which } from './which.ts';

export interface ProcessServices {
  /** Marks everything that this host starts. */
  readonly instance: string;
  readonly ledger: Ledger;
  readonly guard: Guard;
  readonly redact: (text: string) => string;
}

export class EngineProcess {
  #name: string;
  #tag: string;
  #services: ProcessServices;
  #pid: number | null = null;
  #startTime: string | null = null;
  #seen: readonly SeenProcess[] = [];
  /** A stop that was asked for while the process was still being spawned. */
  #wanted: (() => void) | null = null;

  constructor(name: string, run: string, services: ProcessServices) {
    this.#name = name;
    this.#tag = `${services.instance}:${run}`;
    this.#services = services;
  }

  get pid(): number | null {
    return this.#pid;
  }

  context(host: string, port: number): LaunchContext {
    const { platform } = process;
    return {
      host,
      port,
      platform: platform === 'darwin' || platform === 'win32' ? platform : 'linux',
      home: homedir(),
    };
  }

  /**
   * Spawns the engine on its configured port or a free one. It is in the ledger and under the guard before this resolves.
   * Never throws.
   */
  async start(
    config: EngineConfig,
    launch: (port: number) => Launch | { readonly cause: Cause },
    logPath: string,
  ): Promise<
    { ok: true; exited: Promise<{ code: number | null; signal: string | null }> } | { ok: false; cause: Cause }
  > {
    try {
      const made = launch(config.port ?? (await freePort(reachable(config.host))));
      if ('cause' in made) return { ok: false, cause: made.cause };
      const file = await which(made.command, { ...process.env, ...made.env });
      if (file === null) return { ok: false, cause: notFound(made.command) };
      const child = await spawnEngine({ ...made, file, cwd: config.cwd, logPath, tag: this.#tag });
      if (!child.ok) return child;
      this.#services.guard.add(child.pid);
      await this.#services.ledger.record({
        pid: child.pid,
        startTime: child.startTime,
        tag: this.#tag,
        kind: 'engine',
        name: this.#name,
      });
      this.#pid = child.pid;
      this.#startTime = child.startTime;
      this.#wanted?.();
      return { ok: true, exited: child.exited };
    } catch (error) {
      return { ok: false, cause: { code: 'spawn_failed', message: String(error), hint: null } };
    }
  }

  /** Sends the profile's stop signal, or KILL to the group and whoever else carries the tag. */
  signal(how: 'stop' | 'kill', stop: EngineProfile['stop']): void {
    const pid = this.#pid;
    if (pid === null) {
      this.#wanted = () => this.signal(how, stop);
      return;
    }
    void this.#send(pid, how, stop);
  }

  async #send(pid: number, how: 'stop' | 'kill', stop: EngineProfile['stop']): Promise<void> {
    // Remembered before the signal: workers that rename themselves and leave the group are only found this way.
    if (this.#seen.length === 0) this.#seen = await treeOf(pid).catch(() => []);
    if (how === 'stop') {
      await signalGroup(pid, stop.signal, { leaderOnly: stop.to === 'leader' });
      return;
    }
    // Each is recognised before it is killed: a dead leader's number may be a stranger's by now.
    await killVerified(this.#run(pid), 2_000);
  }

  async #survivors(): Promise<readonly SeenProcess[]> {
    if (this.#pid === null) return [];
    return survivorsOf(this.#run(this.#pid));
  }

  #run(pid: number): Parameters<typeof survivorsOf>[0] {
    return { pid, startTime: this.#startTime, tag: this.#tag, seen: this.#seen };
  }

  /** `null` when port, tree and tags are gone; else who is left, by name. */
  async verify(host: string, port: number | null): Promise<Cause | null> {
    const left = await this.#survivors();
    if (left.length === 0) return null;
    const names = left.map(({ pid, name }) => `${name} (pid ${pid})`).join(', ');
    const open = port !== null && (await isListening(reachable(host), port, 500));
    return {
      code: 'survivors',
      message: `Still running after the stop: ${names}.${open ? ` Port ${port} is still open.` : ''}`,
      hint: 'End them by hand.',
    };
  }

  /** Why it ended, from the end of its log. */
  async explain(
    failures: readonly KnownFailure[],
    log: EngineLog,
    code: number | null,
    signal: string | null,
  ): Promise<Cause> {
    return explainExit({ failures, logTail: (await log.tail(50)).join('\n'), code, signal });
  }

  async memory(): Promise<number | null> {
    return this.#pid === null ? null : treeMemory(this.#pid);
  }

  /** Nothing of it is left: it leaves ledger and guard. */
  forget(): void {
    if (this.#pid === null) return;
    this.#services.guard.remove(this.#pid);
    void this.#services.ledger.remove(this.#pid);
  }
}

const notFound = (command: string): Cause => ({
  code: 'command_not_found',
  message: /[/\\]/.test(command) ? `${command} does not exist.` : `“${command}” is not on PATH.`,
  hint: 'Install it, or give its full path as `command`.',
});
