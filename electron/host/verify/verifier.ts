/** Proves that models answer, each in every way that exists; owns what is known of that. One run at a time. */
import { randomBytes } from 'node:crypto';
import { TICKET_HEADER, type TicketTerms } from '../../../shared/contract/router.ts';
import type {
  BalanceProof,
  ModelProof,
  RouteNews,
  VerifyRun,
  VerifyView,
  WayProof,
} from '../../../shared/contract/verify.ts';
import { StackyardError } from '../../../shared/errors.ts';
import type { Cause, StackSnapshot } from '../../../shared/model.ts';
import { isCalled } from '../../core/engine-facts.ts';
import { routeNews } from '../../core/verify-news.ts';
import {
  keyOf,
  type ModelPlan,
  planVerify,
  type VerifyFacts,
  type VerifyWish,
  type WayPlan,
} from '../../core/verify-routes.ts';
import { balanceProof, modelProof, verifyRun } from '../../core/verify-verdict.ts';
import type { EngineUnit } from '../engine-unit.ts';
import type { RouterLink } from '../router-link.ts';
import { type EvidenceServices, gatherEvidence, type Marks, markLogs } from './evidence.ts';
import type { ProofStore } from './proof-store.ts';
import { NOTHING, type Proof, prove } from './prove.ts';

export interface VerifierServices extends EvidenceServices {
  readonly snapshot: () => StackSnapshot;
  readonly until: (done: () => boolean, ms: number | null) => Promise<boolean>;
  readonly access: () => { readonly base_url: string; readonly token: string } | null;
  readonly askRouter: RouterLink['ask'];
  /** Names that the file of a LiteLLM promises. */
  readonly promises: (litellm: EngineUnit) => Promise<readonly string[]>;
  readonly store: ProofStore;
}

/** For one request to an engine that is up, ms. */
const PATIENCE = 120_000;
const DRY_RUNS = 1_000;

export class Verifier {
  #services: VerifierServices;
  #running: VerifyView['running'] = null;
  #turn: Promise<unknown> = Promise.resolve();
  #stop = new AbortController();
  #listeners = new Set<(view: VerifyView) => void>();

  constructor(services: VerifierServices) {
    this.#services = services;
  }

  view(): VerifyView {
    const known = new Map(this.#services.store.kept.models.map((proof) => [proof.id, proof]));
    const models = this.#services.snapshot().models.flatMap(({ id }) => known.get(id) ?? []);
    return { running: this.#running, models };
  }

  /** Hears of every model that was proved; gives what ends that. */
  watch(listener: (view: VerifyView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs after the one before. Throws `unknown_model` for names that lead nowhere, `gateway_bind_failed` without a gateway. */
  async run(wish: VerifyWish): Promise<VerifyRun> {
    return (await this.#inTurn(wish)).run;
  }

  /** The same in every way that exists, with what has turned since the one before. */
  check(wish: Omit<VerifyWish, 'via'>): Promise<{ readonly run: VerifyRun; readonly news: RouteNews | null }> {
    return this.#inTurn({ ...wish, via: null });
  }

  /** Ends a run under way; resolves when it has ended. */
  async close(): Promise<void> {
    this.#stop.abort(new StackyardError('cancelled', 'Stackyard was stopped.', { hint: null }));
    await this.#turn;
    await this.#services.store.settled();
    this.#listeners.clear();
  }

  #inTurn(wish: VerifyWish): Promise<{ readonly run: VerifyRun; readonly news: RouteNews | null }> {
    const result = this.#turn.then(() => this.#run(wish));
    this.#turn = result.catch(() => {});
    return result;
  }

  async #run(wish: VerifyWish): Promise<{ readonly run: VerifyRun; readonly news: RouteNews | null }> {
    this.#stop.signal.throwIfAborted();
    const started = new Date().toISOString();
    // The lists may be those of before a start.
    await Promise.all(this.#services.stack.units.filter(isReady).map((unit) => unit.refreshModels()));
    const { plans, unknown } = planVerify(await this.#facts(), wish);
    const [stranger] = unknown;
    if (stranger !== undefined) {
      const hint = 'See `stackyard models`.';
      throw new StackyardError('unknown_model', `There is no model “${stranger}”.`, { hint });
    }
    let done = 0;
    const say = (): void => {
      this.#running = { done, total: plans.length };
      this.#tell();
    };
    say();
    try {
      const models = await byEngine(plans, async (plan) => {
        const proof = await this.#proveModel(plan, wish.wake);
        done += 1;
        say();
        return proof;
      });
      const run = verifyRun(models, started, new Date().toISOString());
      const { store } = this.#services;
      const { decided, news } = routeNews(store.kept.decided, run);
      // Where only part of the ways was proved, that says nothing of the whole.
      if (wish.via === null) store.add(run, decided);
      return { run, news };
    } finally {
      this.#running = null;
      this.#tell();
    }
  }

  async #facts(): Promise<VerifyFacts> {
    const { snapshot, config, stack, promises } = this.#services;
    const litellm = stack.units.filter((unit) => unit.config.kind === 'litellm');
    // What it lists is not all: a name that its file breaks may be missing there.
    const promised = await Promise.all(litellm.map((unit) => promises(unit).catch(() => [])));
    const { engines, models } = snapshot();
    const entries = Object.entries(config.running?.config.models ?? {});
    return {
      engines,
      models,
      fallbacks: Object.fromEntries(entries.map(([id, { fallbacks }]) => [id, fallbacks])),
      litellm: Object.fromEntries(
        litellm.map((unit, index) => [
          unit.name,
          [...new Set([...(unit.facts().models ?? []).map(({ id }) => id), ...(promised[index] ?? [])])],
        ]),
      ),
    };
  }

  async #proveModel(plan: ModelPlan, wake: boolean): Promise<ModelProof> {
    const ways: WayProof[] = [];
    for (const way of plan.ways) ways.push(await this.#proveWay(plan, way, wake));
    const balance = plan.balanced ? await this.#rehearse(plan) : null;
    return modelProof(plan, ways, balance, new Date().toISOString());
  }

  async #proveWay(plan: ModelPlan, way: WayPlan, wake: boolean): Promise<WayProof> {
    const marks = await markLogs(this.#services, plan.engines);
    if (way.known !== null) {
      const { verdict, cause } = way.known;
      return this.#finish(plan, way, { ...NOTHING, cause }, verdict, marks);
    }
    const proof = way.engine === null ? await this.#throughGateway(plan, way, wake) : await this.#directly(way, wake);
    const cause = proof.cause ?? wrongAnswerer(way, proof);
    return this.#finish(plan, way, { ...proof, cause }, cause === null ? 'passed' : 'failed', marks);
  }

  async #finish(
    plan: ModelPlan,
    way: WayPlan,
    { status: _, ...proof }: Proof,
    verdict: WayProof['verdict'],
    marks: Marks,
  ): Promise<WayProof> {
    const cause = proof.cause === null ? null : redacted(proof.cause, this.#services.redact);
    const { via, engine, what, aim } = way;
    const failure = verdict === 'failed' && cause !== null ? { cause, answeredBy: proof.answered_by } : null;
    const evidence = failure && (await gatherEvidence(this.#services, plan, way, failure, marks));
    return { via, engine, what, aim, ...proof, verdict, cause, evidence };
  }

  async #directly(way: WayPlan, wake: boolean): Promise<Proof> {
    const { stack, until } = this.#services;
    const find = () => stack.unit(way.engine ?? '');
    if (wake && !isReady(find())) {
      stack.start([way.engine ?? ''], 'user');
      const over = () => isReady(find()) || find()?.state.phase.is === 'failed';
      await until(over, find()?.config.ready_timeout ?? PATIENCE);
    }
    const unit = find();
    const { baseUrl, apiKey, speaks, models } = unit?.facts() ?? { baseUrl: null };
    if (unit === undefined || baseUrl === null) {
      const cause = unit === undefined ? GONE : stack.whyDown(unit);
      return { ...NOTHING, cause };
    }
    const names = models?.find((one) => isCalled(one, way.model));
    return prove({
      ...{ baseUrl, apiKey: apiKey ?? null, speaks: speaks ?? [], who: unit.name, model: way.model },
      headers: async () => ({}),
      isListed: (ids) => ids.includes(way.model) || ids.some((id) => names !== undefined && isCalled(names, id)),
      timeoutMs: PATIENCE,
      signal: this.#stop.signal,
    });
  }

  async #throughGateway(plan: ModelPlan, way: WayPlan, wake: boolean): Promise<Proof> {
    const { stack, access } = this.#services;
    const gateway = access();
    if (gateway === null) return { ...NOTHING, cause: NO_GATEWAY };
    const units = stack.units.filter((unit) => plan.engines.has(unit.name));
    const speaks = [...new Set(units.flatMap((unit) => unit.facts().speaks))];
    const loading = wake ? Math.max(0, ...units.map((unit) => unit.config.ready_timeout)) : 0;
    const only = way.what === 'target' ? way.aim : null;
    const proof = await prove({
      ...{ baseUrl: gateway.base_url, apiKey: gateway.token, speaks, who: 'The gateway', model: way.model },
      headers: () => this.#ticket({ refuse: way.refuse, only, wake }),
      isListed: (ids) => ids.includes(way.model),
      timeoutMs: PATIENCE + loading,
      signal: this.#stop.signal,
    });
    // A name such as `engine/model` works without being listed.
    if (proof.cause !== null || proof.listed !== false || plan.id.includes('/')) return proof;
    const cause: Cause = { code: 'model_not_found', message: 'The gateway does not list it.', hint: null };
    return { ...proof, cause };
  }

  /** Announces one request to the router; the header means nothing to anybody else, and only once. */
  async #ticket(terms: TicketTerms): Promise<Record<string, string>> {
    const id = randomBytes(32).toString('hex');
    const reply = await this.#services.askRouter({ type: 'ticket', id, terms });
    if (reply === null) throw new StackyardError('router_failed', 'The router does not answer.');
    return { [TICKET_HEADER]: id };
  }

  async #rehearse(plan: ModelPlan): Promise<BalanceProof | null> {
    const { config, askRouter, snapshot } = this.#services;
    const entry = config.running?.config.models[plan.id];
    if (entry === undefined) return null;
    const id = randomBytes(16).toString('hex');
    const reply = await askRouter({ type: 'rehearse', id, model: plan.id, runs: DRY_RUNS });
    if (reply?.type !== 'rehearsed') return null;
    const shown = snapshot();
    const views = shown.models.find((model) => model.id === plan.id)?.targets ?? [];
    const up = (name: string): boolean => shown.engines.some((e) => e.name === name && e.phase === 'ready');
    return balanceProof({
      strategy: entry.strategy,
      runs: DRY_RUNS,
      shares: reply.shares,
      targets: entry.targets.map((target) => ({
        ...target,
        ready: up(target.engine) && isOpen(views.find((view) => keyOf(view) === keyOf(target))?.phase ?? null),
      })),
    });
  }

  #tell(): void {
    const view = this.view();
    for (const listener of this.#listeners) listener(view);
  }
}

const GONE: Cause = { code: 'unknown_engine', message: 'The engine is gone from the config.', hint: null };
const NO_GATEWAY: Cause = { code: 'gateway_bind_failed', message: 'The gateway does not listen.', hint: null };

const isReady = (unit: EngineUnit | undefined): boolean => unit?.state.phase.is === 'ready';

/** What the router takes as ready at the next request: only rests and failures are kept from it. */
const isOpen = (phase: string | null): boolean => !['cooling', 'held', 'failed'].includes(phase ?? '');

/** Somebody answered, but not who should have. */
function wrongAnswerer(way: WayPlan, { answered_by }: Proof): Cause | null {
  if (way.expects === null || answered_by === null || way.expects.includes(answered_by)) return null;
  const message = `${answered_by} answered where ${way.expects.join(' or ')} should have.`;
  return { code: 'upstream_error', message, hint: null };
}

const redacted = ({ code, message, hint }: Cause, redact: (text: string) => string): Cause => ({
  code,
  message: redact(message),
  hint,
});

/** All at once, but never two that may reach the same engine; results in the order of the plans. */
async function byEngine<R>(plans: readonly ModelPlan[], work: (plan: ModelPlan) => Promise<R>): Promise<R[]> {
  const last = new Map<string, Promise<unknown>>();
  const all = plans.map((plan) => {
    const before = [...plan.engines].map((engine) => last.get(engine));
    const mine = Promise.allSettled(before).then(() => work(plan));
    for (const engine of plan.engines) last.set(engine, mine);
    return mine;
  });
  await Promise.allSettled(all);
  return Promise.all(all);
}
