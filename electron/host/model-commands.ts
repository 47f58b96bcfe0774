/** Loading and unloading single models, and freeing memory: what the engines' own endpoints offer, waited for and verified. */
import type { CallInput, CallOutput, EngineOutcome } from '../../shared/contract/ipc.ts';
import { StackyardError } from '../../shared/errors.ts';
import type { FitView } from '../../shared/fit.ts';
import type { Cause } from '../../shared/model.ts';
import { matchFailure } from '../core/causes.ts';
import { isCalled } from '../core/engine-facts.ts';
import { ask } from './ask.ts';
import type { CommandContext } from './command-context.ts';
import type { EngineUnit } from './engine-unit.ts';
import { settledUp } from './settled-up.ts';

const IN_MEMORY = new Set(['ready', 'loading', 'sleeping']);

/** Brings a model into memory: its engine is started if need be, and what counts is what the engine then reports. */
export async function loadModel(
  context: CommandContext,
  { model, engine }: CallInput<'model.load'>,
): Promise<EngineOutcome[]> {
  // One target is enough for a model to be there: the first in file order. When it fails, its cause is told; no other is tried.
  const [first] = targetsOf(context, model, engine);
  if (first === undefined) throw unknownModel(model);
  const { unit, id } = first;
  const name = unit.name;
  if (!isReady(unit)) {
    context.stack.start([name], 'user');
    const wait = unit.config.ready_timeout;
    const settled = () => settledUp(unit, context.stack);
    await context.until(settled, wait);
    if (!isReady(unit)) {
      return [{ engine: name, ok: false, cause: settled() ? context.stack.whyDown(unit) : notUp(unit) }];
    }
  }
  if (!unit.facts().loadsModels) return [{ engine: name, ok: true, cause: null }];
  context.learner.ordered(name, id);
  const refused = await order(unit, 'load', id);
  if (refused !== null && phaseOf(unit, id) !== 'ready') {
    context.learner.dropped(name, id);
    return [{ engine: name, ok: false, cause: refused }];
  }
  await unit.refreshModels();
  const settled = () => phaseOf(unit, id) === 'ready' || phaseOf(unit, id) === 'failed';
  const inTime = await context.until(settled, unit.config.ready_timeout);
  if (phaseOf(unit, id) === 'ready') return [{ engine: name, ok: true, cause: null }];
  context.learner.dropped(name, id);
  const message = inTime ? `${name} could not load ${id}.` : `${name} is still loading ${id}.`;
  return [
    { engine: name, ok: false, cause: { code: 'load_failed', message, hint: `See \`stackyard logs ${name}\`.` } },
  ];
}

/** Whether there is room for a model on its targets, or on the named engine's. Loads nothing. */
export function fitModel(
  context: CommandContext,
  { model, engine, ...wish }: CallInput<'model.fit'>,
): Promise<FitView[]> {
  const targets = targetsOf(context, model, engine);
  if (targets.length === 0) throw unknownModel(model);
  return context.fitter.fit(targets, wish);
}

/** Takes a model out of memory on every engine (or the named one) that holds it. */
export async function unloadModel(
  context: CommandContext,
  { model, engine }: CallInput<'model.unload'>,
): Promise<EngineOutcome[]> {
  const targets = targetsOf(context, model, engine);
  if (targets.length === 0) throw unknownModel(model);
  const holding = targets.filter(({ unit, id }) => IN_MEMORY.has(phaseOf(unit, id) ?? ''));
  return Promise.all(
    (holding.length === 0 ? targets.slice(0, 1) : holding).map(async ({ unit, id }): Promise<EngineOutcome> => {
      if (!unit.facts().loadsModels) return { engine: unit.name, ok: false, cause: notLoadable(unit) };
      return { engine: unit.name, ...(await unload(context, unit, id)) };
    }),
  );
}

/** Unloads every model and stops every managed engine that nobody uses right now, but for pinned ones. No engine is held by it. */
export async function freeMemory(context: CommandContext): Promise<CallOutput['memory.free']> {
  const unloaded: string[] = [];
  const stopped: string[] = [];
  const kept: { name: string; why: string }[] = [];
  const idle: EngineUnit[] = [];
  await Promise.all(
    context.stack.units.map(async (unit) => {
      if (unit.state.phase.is !== 'ready') return;
      if (context.stack.isPinned(unit.name)) {
        kept.push({ name: unit.name, why: 'pinned' });
        return;
      }
      // The router owns the count and tells once a second: an answer that just ended may still be in it.
      await context.until(() => unit.facts().inFlight === 0, 1_500);
      const facts = unit.facts();
      if (facts.inFlight > 0) {
        kept.push({ name: unit.name, why: `${facts.inFlight} requests in flight` });
        return;
      }
      if (facts.loadsModels) {
        for (const { id, phase } of facts.models ?? []) {
          if (!IN_MEMORY.has(phase)) continue;
          const { ok, cause } = await unload(context, unit, id);
          if (ok) unloaded.push(`${unit.name}/${id}`);
          else kept.push({ name: `${unit.name}/${id}`, why: cause?.message ?? 'not unloaded' });
        }
        return;
      }
      if (unit.state.owner === 'external') {
        if (unit.config.kind !== 'openai') kept.push({ name: unit.name, why: 'run by somebody else' });
        return;
      }
      idle.push(unit);
    }),
  );
  const free = new Set(context.stack.notNeededBeside(idle.map((unit) => unit.name)));
  for (const { name } of idle) if (!free.has(name)) kept.push({ name, why: 'another engine depends on it' });
  context.stack.stop([...free], 'memory');
  await Promise.all(
    idle
      .filter((unit) => free.has(unit.name))
      .map(async (unit) => {
        await context.until(() => unit.state.run === null, unit.config.stop_timeout * 2 + 5_000);
        if (unit.state.run === null) stopped.push(unit.name);
        else kept.push({ name: unit.name, why: 'still stopping' });
      }),
  );
  return { unloaded, stopped, kept };
}

async function unload(
  context: CommandContext,
  unit: EngineUnit,
  id: string,
): Promise<{ ok: boolean; cause: Cause | null }> {
  const refused = await order(unit, 'unload', id);
  await unit.refreshModels();
  const gone = () => !IN_MEMORY.has(phaseOf(unit, id) ?? '');
  // Events may be late: look again until it is gone.
  const again = setInterval(() => void unit.refreshModels(), 500);
  const done = await context.until(gone, 30_000).finally(() => clearInterval(again));
  if (done) return { ok: true, cause: null };
  const message = `${unit.name} still holds ${id}.`;
  return { ok: false, cause: refused ?? { code: 'timeout', message, hint: null } };
}

/** `null` when the engine took the order. */
async function order(unit: EngineUnit, what: 'load' | 'unload', id: string): Promise<Cause | null> {
  const spec = unit.profile.loading?.[what](id);
  const address = unit.address();
  if (spec === undefined || address === null) return notLoadable(unit);
  const answer = await ask(address, spec, { apiKey: unit.apiKey, timeoutMs: 300_000 });
  if (answer.status !== null && answer.status < 400) return null;
  const known = answer.status === null ? null : matchFailure(unit.profile.failures, answer.body);
  if (known !== null) return { ...known, message: `${unit.name} could not ${what} ${id}: ${known.message}` };
  const said = answer.status === null ? answer.message : `HTTP ${answer.status}: ${answer.body.slice(0, 300)}`;
  return { code: 'load_failed', message: `${unit.name} refused to ${what} ${id}: ${said}`, hint: null };
}

const isReady = (unit: EngineUnit) => unit.state.phase.is === 'ready';

const phaseOf = (unit: EngineUnit, id: string) => unit.facts().models?.find((m) => isCalled(m, id))?.phase ?? null;

/** Where a name leads, in the order of the config: model entry, alias, `engine/model`, reported id. */
function targetsOf(
  { stack, config }: CommandContext,
  name: string,
  engine: string | null,
): readonly { readonly unit: EngineUnit; readonly id: string }[] {
  const running = config.running?.config;
  const entry = running?.models[name] ?? running?.models[running.aliases[name] ?? ''];
  const pairs: (readonly [string, string])[] = entry
    ? entry.targets.map((t) => [t.engine, t.model] as const)
    : [...byPrefix(stack, name), ...stack.units.flatMap((u) => reports(u, name))];
  return pairs.flatMap(([at, id]) => {
    const unit = stack.unit(at);
    return unit === undefined || (engine !== null && at !== engine) ? [] : [{ unit, id }];
  });
}

function byPrefix(stack: CommandContext['stack'], name: string): (readonly [string, string])[] {
  const slash = name.indexOf('/');
  const engine = name.slice(0, Math.max(0, slash));
  return stack.unit(engine) === undefined ? [] : [[engine, name.slice(slash + 1)]];
}

const reports = (unit: EngineUnit, id: string): (readonly [string, string])[] =>
  unit.facts().models?.some((m) => isCalled(m, id)) ? [[unit.name, id]] : [];

function notUp(unit: EngineUnit): Cause {
  const p = unit.state.phase;
  if ('cause' in p && p.cause !== null) return p.cause;
  return { code: 'timeout', message: `${unit.name} is still ${p.is}.`, hint: null };
}

const notLoadable = (unit: EngineUnit): Cause => ({
  code: 'not_loadable',
  message: `${unit.name} serves one model for as long as it runs.`,
  hint: `Stop the engine instead: \`stackyard down ${unit.name}\`.`,
});

const unknownModel = (name: string) =>
  new StackyardError('unknown_model', `There is no model “${name}”.`, { hint: 'See `stackyard models`.' });
