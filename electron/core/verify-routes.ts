/** Which ways of which models a verification goes, and which it leaves out without asking: pure, from one snapshot. */
import type { Via, WayProof } from '../../shared/contract/verify.ts';
import type { Cause, EngineView, ModelView, StackSnapshot, TargetView } from '../../shared/model.ts';

export interface VerifyFacts {
  readonly engines: readonly EngineView[];
  readonly models: readonly ModelView[];
  /** Model entry → its fallbacks. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  /** LiteLLM engine → the names that it lists or that its file promises, whether it runs or not. */
  readonly litellm: Readonly<Record<string, readonly string[]>>;
}

export interface VerifyWish {
  /** Empty = all. */
  readonly models: readonly string[];
  /** `null` = every way that exists. */
  readonly via: Via | null;
  readonly wake: boolean;
}

export interface WayPlan extends Pick<WayProof, 'via' | 'engine' | 'what' | 'aim'> {
  /** The name to ask for. */
  readonly model: string;
  /** Entries that refuse, with `fallback`. */
  readonly refuse: number;
  /** `ENGINE/MODEL`s of which one has to answer; `null` = any. */
  readonly expects: readonly string[] | null;
  /** Known without asking; `null` = ask. */
  readonly known: { readonly verdict: 'failed' | 'skipped'; readonly cause: Cause } | null;
}

export interface ModelPlan {
  readonly id: string;
  readonly origin: ModelView['origin'];
  readonly ways: readonly WayPlan[];
  /** Engines that these requests may reach: no other model's requests go there meanwhile. */
  readonly engines: ReadonlySet<string>;
  /** Whether its choice among several targets is to be tried dry. */
  readonly balanced: boolean;
}

/** In the order of `GET /v1/models`; names that are asked for and listed nowhere come back in `unknown`. */
export function planVerify(
  facts: VerifyFacts,
  wish: VerifyWish,
): { readonly plans: readonly ModelPlan[]; readonly unknown: readonly string[] } {
  const named = wish.models.map((name) => facts.models.find(({ id }) => id === name) ?? spelledOut(facts, name));
  const models = wish.models.length === 0 ? facts.models : named.filter((model) => model !== null);
  return {
    plans: models.map((model) => planModel(facts, model, wish)),
    unknown: wish.models.filter((_, index) => named[index] === null),
  };
}

function planModel(facts: VerifyFacts, model: ModelView, wish: VerifyWish): ModelPlan {
  const ways = [
    // An alias is another name in the router; its targets are proved where they are at home.
    ...(model.origin === 'alias' ? [] : model.targets.map((target) => direct(facts, target, wish.wake))),
    ...throughLitellm(facts, model, wish.wake),
    ...throughGateway(facts, model, wish.wake),
  ].filter(({ via }) => wish.via === null || via === wish.via);
  const behind = fallbacksOf(facts, model).flatMap((name) => targetsOf(facts, name));
  const engines = new Set([...model.targets, ...behind].map(({ engine }) => engine));
  for (const { engine } of ways) if (engine !== null) engines.add(engine);
  const gateway = wish.via === null || wish.via === 'stackyard';
  const balanced = gateway && model.origin === 'entry' && model.targets.length > 1;
  return { id: model.id, origin: model.origin, ways, engines, balanced };
}

function direct(facts: VerifyFacts, target: TargetView, wake: boolean): WayPlan {
  const engine = facts.engines.find(({ name }) => name === target.engine);
  const isLitellm = engine?.kind === 'litellm';
  // Of a server elsewhere only its own answer tells whether it is gone or refuses our key; nothing can be woken by asking.
  const elsewhere = engine?.owner === 'external' && engine.phase === 'stopped' && !engine.held;
  return {
    via: isLitellm ? 'litellm' : 'engine',
    engine: target.engine,
    what: 'target',
    aim: keyOf(target),
    model: target.model,
    refuse: 0,
    expects: null,
    known: elsewhere ? null : judge(facts, target, wake),
  };
}

function throughLitellm(facts: VerifyFacts, model: ModelView, wake: boolean): WayPlan[] {
  return Object.entries(facts.litellm).flatMap(([engine, names]): WayPlan[] => {
    const isTarget = model.targets.some((target) => target.engine === engine);
    if (isTarget || !names.includes(model.id)) return [];
    const itself = facts.engines.find(({ name }) => name === engine);
    if (itself === undefined) return [];
    // What stands behind it must not be woken through it either.
    const known = atEngine(itself, wake) ?? (wake ? null : asleep(facts, model.targets));
    return [{ via: 'litellm', engine, what: 'route', aim: null, model: model.id, refuse: 0, expects: null, known }];
  });
}

function throughGateway(facts: VerifyFacts, model: ModelView, wake: boolean): WayPlan[] {
  const gateway = { via: 'stackyard', engine: null, model: model.id, refuse: 0, expects: null } as const;
  const route: WayPlan = { ...gateway, what: 'route', aim: null, known: nobody(facts, model.targets, wake) };
  if (model.origin === 'alias') return [route];
  const targets =
    model.targets.length < 2
      ? []
      : model.targets.map((target): WayPlan => {
          const expects = [keyOf(target)];
          return { ...gateway, what: 'target', aim: keyOf(target), expects, known: judge(facts, target, wake) };
        });
  const fallbacks = fallbacksOf(facts, model).map((name, index): WayPlan => {
    const behind = targetsOf(facts, name);
    const expects = behind.map(keyOf);
    return {
      ...gateway,
      what: 'fallback',
      aim: name,
      refuse: index + 1,
      expects,
      known: nobody(facts, behind, wake),
    };
  });
  return [route, ...targets, ...fallbacks];
}

type Known = WayPlan['known'];

/** What is certain of a target without asking it. */
function judge(facts: VerifyFacts, { engine: name, model, phase }: TargetView, wake: boolean): Known {
  const engine = facts.engines.find((one) => one.name === name);
  if (engine === undefined) {
    return failed({ code: 'unknown_engine', message: `There is no engine ${name}.`, hint: null });
  }
  const known = atEngine(engine, wake);
  if (known !== null) return known;
  if (wake || (phase !== 'not_loaded' && phase !== 'sleeping' && phase !== 'loading')) return null;
  const state = phase === 'loading' ? 'is still being loaded' : 'is not in memory';
  return skipped(stopped(`${model} ${state} on ${name}.`, 'With --wake it is loaded for the proof.'));
}

/** What is certain of an engine, whatever it is asked for; `null` = it is up, or may be started for it. */
function atEngine(engine: EngineView, wake: boolean): Known {
  const { name } = engine;
  if (engine.held) return skipped(stopped(`${name} was stopped by you.`, `Start it: \`stackyard up ${name}\`.`));
  switch (engine.phase) {
    case 'failed':
    case 'backoff':
      return failed(engine.cause ?? { code: 'engine_failed', message: `${name} does not run.`, hint: null });
    case 'stopped':
    case 'draining':
    case 'stopping':
      if (engine.owner === 'external') return failed(silent(engine));
      if (engine.start === 'manual') return skipped(stopped(`${name} is stopped and starts only by hand.`, null));
      return wake ? null : skipped(stopped(`${name} is stopped.`, 'With --wake it is started for the proof.'));
    case 'starting':
    case 'loading':
      return wake ? null : skipped(stopped(`${name} is still ${engine.phase}.`, null));
    default:
      return null;
  }
}

/** Why no target of a route could answer; `null` when one may. A failure weighs more than a rest. */
function nobody(facts: VerifyFacts, targets: readonly TargetView[], wake: boolean): Known {
  const known = targets.map((target) => judge(facts, target, wake));
  if (known.some((one) => one === null)) return null;
  const none: Known = {
    verdict: 'failed',
    cause: { code: 'model_not_found', message: 'It has no target.', hint: 'Give it one under `models:`.' },
  };
  return known.find((one) => one?.verdict === 'failed') ?? known[0] ?? none;
}

function asleep(facts: VerifyFacts, targets: readonly TargetView[]): Known {
  const known = nobody(facts, targets, false);
  return known?.verdict === 'skipped' ? known : null;
}

/** `ENGINE/MODEL` where that is no listed name: it resolves all the same. */
function spelledOut(facts: VerifyFacts, name: string): ModelView | null {
  const slash = name.indexOf('/');
  const engine = facts.engines.find((one) => one.name === name.slice(0, Math.max(0, slash)));
  if (engine === undefined || slash === name.length - 1) return null;
  const model = name.slice(slash + 1);
  const phase = phaseAt(facts, engine.name, model);
  return {
    id: name,
    origin: 'discovered',
    alias_of: null,
    targets: [{ engine: engine.name, model, phase, progress: null }],
  };
}

function targetsOf(facts: VerifyFacts, name: string): readonly TargetView[] {
  return (facts.models.find(({ id }) => id === name) ?? spelledOut(facts, name))?.targets ?? [];
}

function phaseAt(facts: VerifyFacts, engine: string, model: string): TargetView['phase'] {
  const all = facts.models.flatMap(({ targets }) => targets);
  return all.find((target) => target.engine === engine && target.model === model)?.phase ?? null;
}

function fallbacksOf(facts: VerifyFacts, model: ModelView): readonly string[] {
  return model.origin === 'entry' ? (facts.fallbacks[model.id] ?? []) : [];
}

const failed = (cause: Cause): Known => ({ verdict: 'failed', cause });
const skipped = (cause: Cause): Known => ({ verdict: 'skipped', cause });

/** `ENGINE/MODEL`. */
export const keyOf = (target: Pick<TargetView, 'engine' | 'model'>): string => `${target.engine}/${target.model}`;

const stopped = (message: string, hint: string | null): Cause => ({ code: 'engine_stopped', message, hint });

const silent = (engine: EngineView): Cause =>
  engine.cause ?? {
    code: 'unreachable',
    message: `Nothing answers at ${engine.url ?? engine.name}.`,
    hint: 'Start it where it is run.',
  };

/** What a plan is made from, of a snapshot. */
export const factsOf = (snapshot: StackSnapshot, more: Omit<VerifyFacts, 'engines' | 'models'>): VerifyFacts => ({
  engines: snapshot.engines,
  models: snapshot.models,
  ...more,
});
