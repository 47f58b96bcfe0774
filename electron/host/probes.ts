/** Puts a profile's questions to its engine and remembers the last answer to each, for the engine's page. */
import { performance } from 'node:perf_hooks';
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { ProbeView } from '../../shared/model.ts';
import type { Answer, EngineProfile } from '../engines/profile.ts';
import { type AskOptions, ask } from './ask.ts';

export type ProbeName = ProbeView['probe'];

/** Whom the questions go to; read anew for each of them. */
export interface Probed {
  readonly config: EngineConfig;
  readonly profile: EngineProfile;
  /** What its server expects; `null` = no key. */
  readonly apiKey: string | null;
  /** `null` while it has no port. */
  address(): string | null;
}

const ORDER: readonly ProbeName[] = ['ready', 'live', 'models', 'loaded', 'version'];

export class Probes {
  #engine: Probed;
  #last = new Map<ProbeName, NonNullable<ProbeView['last']>>();

  constructor(engine: Probed) {
    this.#engine = engine;
  }

  /** `null` when the profile has no such question or the engine no address; else what came back. Never throws. */
  async ask(probe: ProbeName, options: Omit<AskOptions, 'apiKey'> = {}): Promise<Answer | null> {
    const { apiKey, profile } = this.#engine;
    const spec = profile.probes[probe];
    const address = this.#engine.address();
    if (spec === null || address === null) return null;
    const asked = performance.now();
    const answer = await ask(address, spec, { ...options, apiKey });
    const judged = probe === 'ready' || probe === 'live' ? profile.judge(answer) : null;
    this.#last.set(probe, {
      at: new Date().toISOString(),
      ms: Math.round(performance.now() - asked),
      status: answer.status,
      verdict: judged?.state ?? null,
      message: judged === null ? (answer.status === null ? answer.message : null) : judged.message,
    });
    return answer;
  }

  /** A new run begins: the answers of the last one are no longer true. */
  forget(): void {
    this.#last.clear();
  }

  /** Every question of the profile with its last answer; none while the engine has no address. */
  views(): readonly ProbeView[] {
    const { profile } = this.#engine;
    const address = this.#engine.address();
    if (address === null) return [];
    return ORDER.flatMap((probe): ProbeView[] => {
      const spec = profile.probes[probe];
      if (spec === null) return [];
      return [{ probe, method: spec.method, url: `${address}${spec.path}`, last: this.#last.get(probe) ?? null }];
    });
  }
}
