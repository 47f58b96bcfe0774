/** The one set of command handlers: tray, window, command line and headless UI all end up here. */
import type { Caller, CallInput, CooldownView, EngineOutcome, Handlers } from '../../shared/contract/ipc.ts';
import { StackyardError } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';
import { isOver } from '../core/engine-machine.ts';
import type { CommandContext } from './command-context.ts';
import { engineDetail } from './engine-detail.ts';
import type { EngineLog } from './engine-log.ts';
import type { EngineUnit } from './engine-unit.ts';
import { fitModel, freeMemory, loadModel, unloadModel } from './model-commands.ts';
import { pullModel } from './pull/model-pull.ts';
import { makeReport } from './report.ts';
import { isOurs, settledUp } from './settled-up.ts';
import { createSetup } from './setup.ts';
import type { Stack } from './stack.ts';
import { takeOver } from './takeover.ts';
import { createWatches } from './watches.ts';

export function createHandlers(context: CommandContext): Handlers {
  const { stack, config, jobs } = context;
  const watches = createWatches();

  const units = (names: readonly string[]): EngineUnit[] =>
    names.map((name) => {
      const unit = stack.unit(name);
      if (unit === undefined) throw unknownEngine(name, stack);
      return unit;
    });
  const logOf = (engine: string | null): EngineLog =>
    engine === null ? context.ownLog : (units([engine])[0] as EngineUnit).log;

  async function start({ names, wait_ms }: CallInput<'engines.start'>): Promise<EngineOutcome[]> {
    const chosen = units(names);
    refuseRivals(chosen);
    const known = cards();
    const waited = names.length === 0 ? stack.startAll('user') : names;
    if (names.length > 0) stack.start(names, 'user');
    const came = await outcomes(units(waited), wait_ms, isReady, (unit) => settledUp(unit, stack));
    return came.map((outcome) => withCard(outcome, known));
  }

  async function stop({ names, wait_ms }: CallInput<'engines.stop'>): Promise<EngineOutcome[]> {
    const chosen = names.length === 0 ? stack.units.filter(isOurs) : units(names);
    if (names.length === 0) stack.stopAll();
    else stack.stop(ours(chosen), 'user');
    return outcomes(chosen, wait_ms, isDown, (unit) => isDown(unit) || !isOurs(unit));
  }

  async function restart({ names, wait_ms }: CallInput<'engines.restart'>): Promise<EngineOutcome[]> {
    const chosen = names.length === 0 ? stack.units.filter((u) => isOurs(u) && u.state.run !== null) : units(names);
    const known = cards();
    const runs = new Map(chosen.map((unit) => [unit, unit.state.runs]));
    stack.restart(ours(chosen));
    const fresh = (unit: EngineUnit) => isReady(unit) && unit.state.runs > (runs.get(unit) ?? 0);
    const settled = (unit: EngineUnit) => !isOurs(unit) || fresh(unit) || (!isReady(unit) && settledUp(unit, stack));
    const came = await outcomes(chosen, wait_ms, fresh, settled);
    return came.map((outcome) => withCard(outcome, known));
  }

  const cards = () => new Map(stack.units.map(({ name }) => [name, context.crashes.of(name)[0]]));

  /** A failure that left a card in the meantime is told with it. */
  function withCard(outcome: EngineOutcome, known: ReturnType<typeof cards>): EngineOutcome {
    const crash = outcome.ok ? undefined : context.crashes.of(outcome.engine)[0];
    return crash === undefined || crash === known.get(outcome.engine) ? outcome : { ...outcome, crash };
  }

  async function takeover({ engine, pid, wait_ms }: CallInput<'engine.takeover'>): Promise<EngineOutcome[]> {
    const [unit] = units([engine]);
    if (unit !== undefined) await takeOver(unit, pid);
    return start({ names: [engine], wait_ms });
  }

  async function outcomes(
    chosen: readonly EngineUnit[],
    waitMs: number | null,
    good: (unit: EngineUnit) => boolean,
    settled: (unit: EngineUnit) => boolean,
  ): Promise<EngineOutcome[]> {
    // A change of its config may put another unit in the place of one that is waited for.
    const now = () => chosen.map((unit) => stack.unit(unit.name) ?? unit);
    const inTime = waitMs === null || (await context.until(() => now().every(settled), waitMs));
    return now().map((unit): EngineOutcome => {
      const told = (cause: Cause | null): EngineOutcome => ({ engine: unit.name, ok: cause === null, cause });
      if (!isOurs(unit) && good !== isReady) return told(external(unit));
      if (waitMs === null || good(unit)) return told(survivorsOf(unit, good));
      if (!inTime && !settled(unit)) return told(tooLate(unit));
      return told(stack.whyDown(unit));
    });
  }

  function watch({ engine, on }: CallInput<'logs.watch'>, caller: Caller): null {
    const log = logOf(engine);
    watches.set(
      caller,
      `log ${engine ?? ''}`,
      on ? () => log.watch((lines) => caller.emit('log', { engine, lines })) : null,
    );
    return null;
  }

  return {
    'snapshot.get': async () => context.snapshot(),
    'engines.start': start,
    'engines.stop': stop,
    'engines.restart': restart,
    'engine.detail': async ({ engine }) => engineDetail(units([engine])[0] as EngineUnit, context),
    'engine.takeover': takeover,
    'engines.pin': async ({ name, on }) => {
      units([name]);
      await stack.pin(name, on);
      return null;
    },
    'engine.setup': ({ engine }) => context.install.setup(units([engine])[0] as EngineUnit),
    'engine.install': async ({ engine }) => ({ job: await context.install.begin(units([engine])[0] as EngineUnit) }),
    'model.load': (input) => loadModel(context, input),
    'model.unload': (input) => unloadModel(context, input),
    'model.fit': async (input) => fitModel(context, input),
    'footprints.list': () => context.fitter.known(),
    'memory.free': () => freeMemory(context),
    'model.pull': async (input) => pullModel(context, units([input.engine])[0] as EngineUnit, input),
    'jobs.list': async () => jobs.list(),
    'job.cancel': ({ id }) => jobs.cancel(id),
    'job.retry': async ({ id }) => {
      jobs.retry(id);
      return null;
    },
    'job.dismiss': async ({ id }) => {
      await jobs.dismiss(id);
      return null;
    },
    'logs.read': async ({ engine, after, before, limit }) => {
      const log = logOf(engine);
      return { ...(await log.read({ after, before, limit })), path: log.path };
    },
    'logs.watch': async (input, caller) => watch(input, caller),
    'requests.list': async ({ limit }) => context.requests.list(limit),
    'requests.watch': async ({ on }, caller) => {
      const begin = () => context.requests.watch((news) => caller.emit('requests', news));
      watches.set(caller, 'requests', on ? begin : null);
      return null;
    },
    'traffic.watch': async ({ on }, caller) => {
      const begin = () => context.traffic.watch((traffic) => caller.emit('traffic', traffic));
      watches.set(caller, 'traffic', on ? begin : null);
      return null;
    },
    'request.cancel': async ({ id }) => {
      context.tellRouter({ type: 'cancel', id });
      return null;
    },
    'cooldowns.list': async () => cooldowns(stack, Date.now()),
    'cooldowns.clear': async ({ target }) => {
      context.tellRouter({ type: 'thaw', target });
      return null;
    },
    'verify.run': (wish) => context.verifier.run(wish),
    'verify.last': async () => context.verifier.view(),
    'gpu.get': () => context.gpus.sample(),
    'gpu.history': async ({ gpu, span }) => context.gpuHistory.of(gpu, span),
    'gpu.watch': async ({ on }, caller) => {
      watches.set(caller, 'gpu', on ? () => context.gpus.watch((sample) => caller.emit('gpu', sample)) : null);
      return null;
    },
    'system.get': () => context.system.sample(),
    'system.watch': async ({ on }, caller) => {
      const begin = () => context.system.watch((sample) => caller.emit('system', sample));
      watches.set(caller, 'system', on ? begin : null);
      return null;
    },
    'work.watch': async ({ on }, caller) => {
      watches.set(caller, 'work', on ? () => context.work.watch((work) => caller.emit('work', work)) : null);
      return null;
    },
    'work.history': async ({ engine }) => context.work.points(engine),
    'report.make': () => makeReport(context),
    'config.read': () => config.read(),
    'config.plan': ({ text }) => config.plan(text),
    'config.apply': ({ text, if_revision, imported }, { from }) =>
      config.apply(text, if_revision, imported ? 'import' : from),
    'config.history': () => config.history(),
    'config.version': ({ revision }) => config.version(revision),
    'config.rollback': ({ revision, if_revision }) => config.rollback(revision, if_revision),
    ...createSetup(config),
    'gateway.access': async () => {
      // At the start the window may be faster than the router.
      await context.until(() => context.access() !== null, 10_000);
      const access = context.access();
      if (access === null) throw new StackyardError('wait_timeout', 'The gateway is not listening.', { hint: null });
      return access;
    },
  };
}

function cooldowns(stack: Stack, now: number): CooldownView[] {
  return stack.facts().flatMap(([engine, { cooling }]) =>
    Object.entries(cooling).map(([model, { left_ms, why }]) => ({
      engine,
      model,
      why,
      until: new Date(now + left_ms).toISOString(),
    })),
  );
}

const isReady = (unit: EngineUnit) => unit.state.phase.is === 'ready';
const isDown = (unit: EngineUnit) =>
  isOver(unit.state) && (unit.state.phase.is === 'stopped' || unit.state.phase.is === 'failed');
const ours = (units: readonly EngineUnit[]) => units.filter(isOurs).map((unit) => unit.name);

/** A stop that left something behind is not a stop. */
function survivorsOf(unit: EngineUnit, good: (unit: EngineUnit) => boolean): Cause | null {
  const { phase } = unit.state;
  return good === isDown && phase.is === 'stopped' && phase.cause?.code === 'survivors' ? phase.cause : null;
}

function refuseRivals(units: readonly EngineUnit[]): void {
  for (const unit of units) {
    const { group } = unit.config;
    const rival = units.find((other) => other !== unit && group !== null && other.config.group === group);
    if (rival === undefined) continue;
    const message = `${unit.name} and ${rival.name} are both in the group ${group}, where one runs at a time.`;
    throw new StackyardError('bad_input', message, { hint: 'Name only one of them.' });
  }
}

/** The error for a name that no engine has, with the names that exist. */
function unknownEngine(name: string, stack: Stack): StackyardError {
  const known = stack.units.map((unit) => unit.name).join(', ') || 'none';
  return new StackyardError('unknown_engine', `There is no engine “${name}”.`, {
    hint: `Configured engines: ${known}.`,
  });
}

const external = (unit: EngineUnit): Cause => ({
  code: 'external_engine',
  message: `${unit.name} is run by somebody else; Stackyard neither starts nor stops it.`,
  hint: 'Start or stop it where it is run.',
});

const tooLate = (unit: EngineUnit): Cause => ({
  code: 'timeout',
  message: `${unit.name} is still ${unit.state.phase.is}.`,
  hint: 'It goes on in the background; see `stackyard status`.',
});
