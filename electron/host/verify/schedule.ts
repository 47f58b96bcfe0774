/** Verification by the clock (`verify.every`): soon after the start, then every so often from the end of the one before. */
import type { Config } from '../../../shared/config/schema.ts';
import type { RouteNews } from '../../../shared/contract/verify.ts';
import type { Verifier } from './verifier.ts';

export interface ScheduleServices {
  readonly verifier: Pick<Verifier, 'check'>;
  /** Resolves when nothing is on its way up any more, or after a while. */
  readonly calm: () => Promise<unknown>;
  readonly told: (news: RouteNews) => void;
  readonly log: (text: string, level: 'info' | 'warn') => void;
}

/** The longest that a timer can wait, ms. */
const LONGEST = 2 ** 31 - 1;

export class VerifySchedule {
  #services: ScheduleServices;
  #wish: Config['verify'] | null = null;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #began = false;
  #closed = false;

  constructor(services: ScheduleServices) {
    this.#services = services;
  }

  /** Takes up what the config says now. The first time it verifies as soon as the stack is calm. */
  set(wish: Config['verify']): void {
    const same = this.#wish?.every === wish.every;
    this.#wish = wish;
    if (same || this.#closed) return;
    clearTimeout(this.#timer);
    if (wish.every === null || this.#busy) return;
    if (this.#began) this.#wait();
    else void this.#look();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const every = this.#wish?.every ?? null;
    if (every === null || this.#closed) return;
    this.#timer = setTimeout(() => void this.#look(), Math.min(every, LONGEST));
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { verifier, calm, told, log } = this.#services;
    this.#busy = true;
    this.#began = true;
    try {
      await calm();
      const wish = this.#wish;
      if (wish === null || wish.every === null || this.#closed) return;
      const { run, news } = await verifier.check({ models: wish.models, wake: wish.wake });
      log(
        `Verified: ${run.passed} passed, ${run.failed} failed, ${run.skipped} skipped.`,
        run.failed > 0 ? 'warn' : 'info',
      );
      if (news !== null) told(news);
    } catch (error) {
      if (!this.#closed) log(`Models could not be verified: ${(error as Error).message}`, 'warn');
    } finally {
      this.#busy = false;
      this.#wait();
    }
  }
}
