/** Verification as the host has it: the verifier, the clock that starts it, and who hears what the clock's runs found. */
import type { Config } from '../../../shared/config/schema.ts';
import type { RouteNews } from '../../../shared/contract/verify.ts';
import { ProofStore } from './proof-store.ts';
import { type ScheduleServices, VerifySchedule } from './schedule.ts';
import { Verifier, type VerifierServices } from './verifier.ts';

export type VerificationServices = Omit<VerifierServices, 'store'> & Pick<ScheduleServices, 'calm' | 'log'>;

export class Verification {
  readonly verifier: Verifier;
  #proofs: ProofStore;
  #schedule: VerifySchedule;
  #listeners = new Set<(news: RouteNews) => void>();

  /** Proofs are kept in `data`, the data folder. */
  constructor(data: string, services: VerificationServices) {
    this.#proofs = new ProofStore(data);
    this.verifier = new Verifier({ ...services, store: this.#proofs });
    this.#schedule = new VerifySchedule({
      verifier: this.verifier,
      calm: services.calm,
      log: services.log,
      told: (news) => {
        for (const listener of this.#listeners) listener(news);
      },
    });
  }

  /** Takes up what was proven in earlier runs. */
  remember(): Promise<void> {
    return this.#proofs.load();
  }

  /** Takes up what the config says now. */
  set(wish: Config['verify']): void {
    this.#schedule.set(wish);
  }

  /** News of models that a regular verification found to fail, or to answer again. Gives back how to stop listening. */
  listen(listener: (news: RouteNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when nothing is verified any more. */
  async close(): Promise<void> {
    this.#schedule.close();
    await this.verifier.close();
  }
}
