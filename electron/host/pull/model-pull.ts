/** Getting a model for an engine: checked at once, carried out as a job of the host, and known to the engine when it is done. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { CallInput, CallOutput } from '../../../shared/contract/ipc.ts';
import { StackyardError } from '../../../shared/errors.ts';
import { type PullSource, readModelName, readPullSource, readSha256 } from '../../../shared/pull-source.ts';
import { expandHome } from '../../engines/arguments.ts';
import { modelIdOf } from '../../engines/llama-cpp.ts';
import type { PullWay } from '../../engines/profile.ts';
import { ask } from '../ask.ts';
import type { CommandContext } from '../command-context.ts';
import type { EngineUnit } from '../engine-unit.ts';
import type { JobWork } from '../jobs.ts';
import { pullByEngine } from './engine-pull.ts';
import { discardFiles, pullFiles } from './file-pull.ts';

/**
 * Begins to get a model, or joins the job that does. Throws `pull_unsupported` for a kind that gets its models in another
 * way, and `bad_input` for a name that can't be one.
 */
export function pullModel(
  context: CommandContext,
  unit: EngineUnit,
  { engine, model, sha256 }: CallInput<'model.pull'>,
): CallOutput['model.pull'] {
  const sum = sha256 === null ? null : readSha256(sha256);
  if (sha256 !== null && sum === null) throw bad('A sha256 has 64 digits of 0–9 and a–f.');
  const way = unit.profile.pull(unit.config);
  switch (way.by) {
    case 'nobody':
      throw new StackyardError('pull_unsupported', `No model can be pulled for ${engine}. ${way.message}`, way);
    case 'engine':
      return byName(context, unit, way, model.trim(), sum);
    case 'file':
      return byFile(context, unit, way, model, sum);
  }
}

type Way<By> = Extract<PullWay, { by: By }>;

function byName(
  context: CommandContext,
  unit: EngineUnit,
  way: Way<'engine'>,
  model: string,
  sha256: string | null,
): CallOutput['model.pull'] {
  const read = readModelName(model);
  if (!read.ok) throw bad(read.message, read.hint);
  if (sha256 !== null) throw bad(`${unit.profile.title} checks what it gets by itself.`, 'Leave out the checksum.');
  const work: JobWork = async (job, signal) => {
    job.update({ phase: 'waiting', doing: `waiting for ${unit.name} to start` });
    await bringUp(context, unit, signal);
    const { name: engine } = unit;
    const { api_key: apiKey } = unit.config;
    await pullByEngine({ engine, way, model, address: () => unit.address(), apiKey }, job, signal);
    await unit.refreshModels();
  };
  const { id, joined } = context.jobs.run({ kind: 'pull', engine: unit.name, title: model }, work);
  return { id, joined };
}

function byFile(
  context: CommandContext,
  unit: EngineUnit,
  way: Way<'file'>,
  model: string,
  sha256: string | null,
): CallOutput['model.pull'] {
  const read = readPullSource(model);
  if (!read.ok) throw bad(read.message, read.hint);
  const { source } = read;
  if (sha256 !== null && source.files.length > 1) throw bad('One checksum can’t be that of several files.');
  const platform = process.platform as 'linux' | 'darwin' | 'win32';
  const folder = resolve(unit.config.cwd ?? '.', expandHome(way.folder, { home: homedir(), platform }));
  const work: JobWork = async (job, signal) => {
    const hub = await context.hub();
    const { path, fresh } = await pullFiles({ source, folder, sha256, hub }, job, signal);
    const known = await makeKnown(unit, way, source);
    job.update({
      outcome: [
        fresh ? `It is in ${path}.` : `It was in ${path} already.`,
        ...(known ? [] : [`Restart ${unit.name} to use it.`]),
      ].join(' '),
    });
  };
  const discard = () => discardFiles({ source, folder });
  const { id, joined } = context.jobs.run({ kind: 'pull', engine: unit.name, title: source.label, discard }, work);
  return { id, joined };
}

/** Whether the engine lists the model now, or will when it starts. */
async function makeKnown(unit: EngineUnit, way: Way<'file'>, source: PullSource): Promise<boolean> {
  const id = source.folder ?? modelIdOf(source.files[0].name);
  const address = unit.address();
  if (unit.state.phase.is !== 'ready' || address === null) {
    unit.expect(id);
    return true;
  }
  await ask(address, way.relist, { apiKey: unit.config.api_key, timeoutMs: 10_000 });
  await unit.refreshModels();
  return unit.facts().models?.some((one) => one.id === id) ?? false;
}

/** As a person who asks for a model would: also what is held is started. */
async function bringUp(context: CommandContext, unit: EngineUnit, signal: AbortSignal): Promise<void> {
  const isReady = () => unit.state.phase.is === 'ready';
  if (isReady()) return;
  context.stack.start([unit.name], 'user');
  await context.until(
    () => signal.aborted || isReady() || unit.state.phase.is === 'failed',
    unit.config.ready_timeout,
  );
  signal.throwIfAborted();
  if (isReady()) return;
  const { phase } = unit.state;
  const cause = 'cause' in phase ? phase.cause : null;
  throw new StackyardError(cause?.code ?? 'timeout', cause?.message ?? `${unit.name} is still ${phase.is}.`, {
    hint: cause?.hint ?? null,
  });
}

const bad = (message: string, hint: string | null = null) => new StackyardError('bad_input', message, { hint });
