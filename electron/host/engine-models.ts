import type { KnownModel } from '../core/engine-facts.ts';
import { type Followed, followModels, type ModelFollower } from './model-follower.ts';

/** The models of one engine: those that it names while it is up, and what is known of them while it is not. */
export class EngineModels {
  readonly #changed: () => void;
  #known: readonly KnownModel[] | null;
  /** What takes the place of `#known` once the present run is over. */
  #promised: { readonly models: readonly KnownModel[] | null } | null = null;
  #follower: ModelFollower | null = null;

  /** `known`: from an earlier run, or from the config; `null` = nothing is. */
  constructor(known: readonly KnownModel[] | null, changed: () => void) {
    this.#known = known;
    this.#changed = changed;
  }

  /** `null` = not known. */
  get known(): readonly KnownModel[] | null {
    return this.#known;
  }

  /** The engine still runs under a config with other models than the present one's. */
  get outdated(): boolean {
    return this.#promised !== null;
  }

  /** Another config promises others: from now on, but while the engine still runs under the old one, from then on. */
  promise(models: readonly KnownModel[] | null, running: boolean): void {
    if (running) this.#promised = { models };
    else this.#known = models;
  }

  /** The engine will have this one when it starts, for example because a file was put into its folder. */
  expect(id: string, loadable: boolean): void {
    if (this.#follower !== null || this.#known?.some((model) => model.id === id)) return;
    this.#known = [
      ...(this.#known ?? []),
      { id, phase: 'not_loaded', progress: null, context_length: null, loadable },
    ];
    this.#changed();
  }

  /** The engine is up and can be asked; false when it is being asked already. */
  follow(engine: Followed): boolean {
    if (this.#follower !== null) return false;
    this.#follower = followModels(engine, (models) => {
      this.#known = models;
      this.#changed();
    });
    return true;
  }

  /** The engine is down: what was in memory no longer is; the names stay known. */
  unfollow(): void {
    if (this.#follower === null) return;
    this.close();
    this.#known = this.#known?.map((model) => ({ ...model, phase: 'not_loaded', progress: null })) ?? null;
  }

  /** The engine's run is over. */
  runOver(): void {
    if (this.#promised !== null) this.#known = this.#promised.models;
    this.#promised = null;
  }

  /** Asks again, e.g. after one was loaded. */
  async refresh(): Promise<void> {
    await this.#follower?.refresh();
  }

  /** Asks no more. */
  close(): void {
    this.#follower?.close();
    this.#follower = null;
  }
}
