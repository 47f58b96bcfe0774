/**
 * A host that fits a pocket, with real handlers over a real control socket: two engines that start and stop at
 * once, logs in memory, a config whose revision can be conflicted with. What is tested is what stands before it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportMarkdown } from '../../../electron/core/report-markdown.ts';
import { stackReport } from '../../../electron/core/stack-report.ts';
import { verifyRun } from '../../../electron/core/verify-verdict.ts';
import { serveControl } from '../../../electron/host/control-server.ts';
import { Jobs, type JobWork } from '../../../electron/host/jobs.ts';
import { type Paths, resolvePaths } from '../../../electron/host/paths.ts';
import { RequestLog } from '../../../electron/host/request-log.ts';
import { createWatches } from '../../../electron/host/watches.ts';
import type { Caller, ConfigVersion, CooldownView, EngineOutcome, Handlers } from '../../../shared/contract/ipc.ts';
import type { ModelProof, VerifyRun } from '../../../shared/contract/verify.ts';
import { StackyardError } from '../../../shared/errors.ts';
import type { EngineView, LogLine, Plan, StackSnapshot } from '../../../shared/model.ts';
import { GPU_SAMPLE } from '../../fixtures/gpu/sample.ts';
import { SYSTEM_SAMPLE } from '../../fixtures/system/sample.ts';
import { FITS } from '../../renderer/support/recorded-fits.ts';

export interface PocketHost {
  readonly paths: Paths;
  readonly token: string;
  /** Its long work, real but for what it does. */
  readonly jobs: Jobs;
  /** What `engine.install` does; `null` = nothing is needed. */
  readonly install: { work: JobWork | null };
  /** What a pull does. */
  readonly pull: { work: JobWork };
  /** Its requests, without a router. */
  readonly requests: RequestLog;
  /** Adds a line to an engine's log and tells its watchers. */
  readonly log: (engine: string, text: string) => void;
  /** Ids of the callers that watch this engine's log now. */
  readonly watchers: (engine: string) => readonly string[];
  /** Ids of the callers that get snapshots. */
  readonly subscribers: () => readonly string[];
  /** Tells every subscriber how things stand. */
  readonly announce: () => void;
  /** Changes what an engine says about itself. */
  readonly set: (engine: string, change: Partial<EngineView>) => void;
  /** Ends what a `model.load` of `slow` waits for. */
  readonly finishSlow: () => void;
  /** Names of the calls so far. */
  readonly asked: () => readonly string[];
  /** What the last plan or apply was given. */
  readonly lastText: () => string | null | undefined;
  readonly close: () => Promise<void>;
}

/** Makes a folder for a test, with the paths that a host would have in it. */
export async function testPaths(): Promise<Paths> {
  const folder = await mkdtemp(join(tmpdir(), 'sy-'));
  return resolvePaths({
    config: join(folder, 'stackyard.yaml'),
    dataDir: join(folder, 'data'),
    env: {},
    platform: process.platform,
    homedir: folder,
  });
}

/** Starts it on its own folder, or on the given paths; `close` removes the folder. */
export async function startPocketHost(given?: Paths): Promise<PocketHost> {
  const paths = given ?? (await testPaths());
  const token = randomBytes(16).toString('hex');
  const engines = new Map([engine('llama', 9931, 'gpu0'), engine('vllm', 9932, 'gpu0')].map((e) => [e.name, e]));
  const logs = new Map<string, LogLine[]>([...engines.keys()].map((name) => [name, []]));
  const watching = new Map<string, Map<string, Caller>>();
  const subscribed = new Map<string, Caller>();
  const jobs = new Jobs();
  const pull: { work: JobWork } = { work: async () => {} };
  const install: { work: JobWork | null } = { work: null };
  jobs.watch((list) => {
    for (const caller of subscribed.values()) caller.emit('jobs', list);
  });
  let revision = 0;
  const asked: string[] = [];
  const history: ConfigVersion[] = [];
  let lastText: string | null | undefined;
  let finishSlow = (): void => {};

  const set = (name: string, change: Partial<EngineView>): void => {
    const before = engines.get(name);
    if (!before) throw new StackyardError('unknown_engine', `There is no engine ${name}.`);
    engines.set(name, { ...before, ...change });
    announce();
  };
  const announce = (): void => {
    revision += 1;
    for (const caller of subscribed.values())
      caller.emit('snapshot', snapshot([...engines.values()], revision, paths));
  };
  const each = (names: readonly string[], act: (name: string) => void): EngineOutcome[] =>
    (names.length > 0 ? names : [...engines.keys()]).map((name) => {
      try {
        act(name);
        return { engine: name, ok: true, cause: null };
      } catch (error) {
        const { code, message, hint } = error as StackyardError;
        return { engine: name, ok: false, cause: { code, message, hint } };
      }
    });
  const text = (): Promise<string> => readFile(paths.config, 'utf8').catch(() => '');
  const plan = (from: string, to: string): Plan => ({
    base_revision: hash(from),
    revision: hash(to),
    changed: from !== to,
    engines: [{ name: 'llama', action: from === to ? 'keep' : 'restart', keys: ['args'], running: true }],
    routes: from === to ? [] : ['llama3.1'],
    gateway: { action: 'keep', keys: [] },
    in_flight: 0,
    other: [],
  });
  let running = await text();

  const watches = createWatches();
  const requests = new RequestLog(
    1 << 20,
    () => {},
    (text) => text,
  );
  let cooldowns: CooldownView[] = ['a', 'b'].map((model) => ({
    engine: 'llama',
    model,
    why: 'llama answered 500.',
    until: new Date(Date.now() + 30_000).toISOString(),
  }));

  const handlers: Handlers = {
    'snapshot.get': async () => snapshot([...engines.values()], revision, paths),
    'engines.start': async ({ names }) =>
      each(names, (name) => set(name, { phase: 'ready', held: false, pid: 4711 })),
    'engines.pin': async ({ name, on }) => {
      set(name, { pinned: on });
      return null;
    },
    'engines.stop': async ({ names }) =>
      each(names, (name) => set(name, { phase: 'stopped', held: true, pid: null })),
    'engines.restart': async ({ names }) => each(names, (name) => set(name, { phase: 'ready', restarts: 1 })),
    'engine.detail': async ({ engine: name }) => ({
      engine: name,
      title: 'llama.cpp',
      speaks: ['chat'],
      command: null,
      env: {},
      cwd: null,
      probes: [],
      crashes: [],
      run_by: null,
      log_path: `/logs/${name}.log`,
    }),
    'engine.takeover': async ({ engine }) => {
      if (engine === 'llama')
        throw new StackyardError('takeover_refused', 'llama can’t be taken over: it is in a container.');
      return each([engine], (name) => set(name, { phase: 'ready', owner: 'managed', run_by: null, adopted: false }));
    },
    'verify.run': async ({ models }) => proofs(models),
    'report.make': async () => {
      const [last, gpus] = [null, null];
      const now = snapshot([...engines.values()], revision, paths);
      const report = stackReport({
        at: now.host.started,
        snapshot: now,
        proofs: [],
        fallbacks: {},
        logs: {},
        crashes: {},
        files: {},
        last,
        gpus,
      });
      return { report, markdown: reportMarkdown(report) };
    },
    'verify.last': async () => ({ running: null, models: [] }),
    'engine.setup': async () => null,
    'engine.install': async ({ engine: name }) => {
      const { work } = install;
      if (work === null) return { job: null };
      return { job: jobs.run({ kind: 'install', engine: name, title: 'LiteLLM 9.9.9' }, work).id };
    },
    'model.load': async ({ model }) => {
      if (model === 'slow') {
        await new Promise<void>((done) => {
          finishSlow = done;
        });
      }
      if (model === 'nowhere') throw new StackyardError('unknown_model', 'No model is called nowhere.');
      return [{ engine: 'llama', ok: true, cause: null }];
    },
    'model.unload': async () => [{ engine: 'llama', ok: true, cause: null }],
    'memory.free': async () => ({
      unloaded: ['tiny'],
      stopped: ['vllm'],
      kept: [{ name: 'llama', why: '2 requests in flight' }],
    }),
    'model.pull': async ({ engine: name, model }) => {
      if (!engines.has(name)) throw new StackyardError('unknown_engine', `There is no engine ${name}.`);
      const { id, joined } = jobs.run({ kind: 'pull', engine: name, title: model }, pull.work);
      return { id, joined };
    },
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
    'logs.read': async ({ engine: name, after, before, limit }) => {
      const all = logs.get(name ?? '') ?? [];
      const from = all.filter((l) => (after === null || l.seq > after) && (before === null || l.seq < before));
      return { lines: from.slice(-limit), path: join(paths.data, 'logs', `${name}.log`) };
    },
    'logs.watch': async ({ engine: name, on }, caller) => {
      const of = watching.get(name ?? '') ?? new Map<string, Caller>();
      if (on) of.set(caller.id, caller);
      else of.delete(caller.id);
      watching.set(name ?? '', of);
      caller.onGone(() => of.delete(caller.id));
      return null;
    },
    'requests.list': async ({ limit }) => requests.list(limit),
    'requests.watch': async ({ on }, caller) => {
      watches.set(caller, 'requests', on ? () => requests.watch((news) => caller.emit('requests', news)) : null);
      return null;
    },
    'traffic.watch': async () => null,
    'request.cancel': async () => null,
    'gpu.history': async () => [],
    'model.fit': async ({ model, engine, context, slots }) => {
      if (model === 'nothing') throw new StackyardError('unknown_model', 'There is no model “nothing”.');
      const asked = `${model} on ${engine ?? 'any'}, ${context ?? 'its'} tokens, ${slots ?? 'its'} slots`;
      return FITS.map((one) => ({ ...one, message: asked }));
    },
    'footprints.list': async () => [],
    'work.watch': async () => null,
    'work.history': async () => [],
    'gpu.get': async () => GPU_SAMPLE,
    'gpu.watch': async ({ on }, caller) => {
      if (on) caller.emit('gpu', GPU_SAMPLE);
      return null;
    },
    'system.get': async () => SYSTEM_SAMPLE,
    'system.watch': async () => null,
    'cooldowns.list': async () => cooldowns,
    'cooldowns.clear': async ({ target }) => {
      cooldowns = cooldowns.filter(({ engine, model }) => target !== null && `${engine}/${model}` !== target);
      return null;
    },
    'config.read': async () => ({
      path: paths.config,
      exists: true,
      text: await text(),
      revision: hash(await text()),
      running_revision: hash(running),
      findings: [],
    }),
    'config.plan': async ({ text: given }) => {
      lastText = given;
      return { findings: [], plan: plan(running, given ?? (await text())) };
    },
    'config.apply': async ({ text: given, if_revision }) => {
      lastText = given;
      const onDisk = await text();
      if (if_revision !== null && if_revision !== hash(onDisk)) {
        throw new StackyardError('config_conflict', 'The file was changed meanwhile.');
      }
      const result = plan(running, given ?? onDisk);
      const version = { revision: hash(given ?? onDisk), at: new Date().toISOString(), origin: 'cli' as const };
      history.unshift({ ...version, plan: result, text: given ?? onDisk });
      if (given !== null) await writeFile(paths.config, given);
      running = given ?? onDisk;
      return { findings: [], plan: result, applied: true };
    },
    'config.history': async () => ({ running_revision: hash(running), versions: history }),
    'config.version': async ({ revision }) => {
      const found = history.find((version) => version.revision === revision);
      if (!found) throw new StackyardError('unknown_version', `No version ${revision} is kept.`);
      return found;
    },
    'config.rollback': async ({ revision, if_revision }, caller) => {
      const { text: old } = await handlers['config.version']({ revision }, caller);
      return handlers['config.apply']({ text: old, if_revision }, caller);
    },
    'setup.detect': async () => {
      throw new StackyardError('internal', 'Not in this host.');
    },
    'setup.try': async ({ url }) => ({ url, models: [], secret: null }),
    'setup.write': async () => ({ path: paths.config }),
    'gateway.access': async () => ({ base_url: 'http://127.0.0.1:4000/v1', token }),
  };

  const server = await serveControl({
    socket: paths.socket,
    token,
    handlers: noted(handlers, asked),
    subscribe(caller) {
      subscribed.set(caller.id, caller);
      return () => subscribed.delete(caller.id);
    },
  });
  await writeFile(join(paths.data, 'control.token'), `${token}\n`, { mode: 0o600 });

  return {
    paths,
    token,
    jobs,
    install,
    pull,
    requests,
    announce,
    set,
    log(name, line) {
      const lines = logs.get(name) ?? [];
      const added: LogLine = { seq: lines.length * 100, at: null, level: 'info', text: line, source: 'engine' };
      logs.set(name, [...lines, added]);
      for (const caller of watching.get(name)?.values() ?? []) caller.emit('log', { engine: name, lines: [added] });
    },
    watchers: (name) => [...(watching.get(name)?.keys() ?? [])],
    subscribers: () => [...subscribed.keys()],
    finishSlow: () => finishSlow(),
    asked: () => asked,
    lastText: () => lastText,
    async close() {
      await jobs.close();
      await server.close();
      await rm(join(paths.data, '..'), { recursive: true, force: true });
    },
  };
}

/** The same handlers, with every call written down. */
function noted(handlers: Handlers, asked: string[]): Handlers {
  const each = Object.entries(handlers).map(([name, handler]) => [
    name,
    (input: never, caller: Caller) => {
      asked.push(name);
      return handler(input, caller);
    },
  ]);
  return Object.fromEntries(each) as Handlers;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

function engine(name: string, port: number, group: string): EngineView {
  return {
    name,
    kind: 'llama.cpp',
    owner: 'managed',
    phase: 'stopped',
    held: false,
    pid: null,
    port,
    url: `http://127.0.0.1:${port}`,
    version: null,
    since: '2026-01-31T12:00:00.000Z',
    restarts: 0,
    memory: null,
    cause: null,
    start: 'on-demand',
    group,
    progress: null,
    in_flight: 0,
    waiting: 0,
    command: null,
    loads_models: false,
    run_by: null,
    adopted: false,
    pulls: 'file',
    pinned: false,
    waits_for: null,
    idle_stop_at: null,
    max_memory: null,
    made_room: 0,
  };
}

function snapshot(engines: readonly EngineView[], revision: number, paths: Paths): StackSnapshot {
  return {
    schema: 1,
    revision,
    stack_on: true,
    light: 'on',
    gateway: {
      url: 'http://127.0.0.1:4000',
      phase: 'ready',
      in_flight: 0,
      waiting: 0,
      cause: null,
      keys: false,
    },
    config: { path: paths.config, revision: 'abcdefabcdef', phase: 'applied', findings: [], theme: 'system' },
    engines,
    models: [
      {
        id: 'llama3.1',
        origin: 'entry',
        alias_of: null,
        targets: [{ engine: 'llama', model: 'llama3.1.gguf', phase: 'not_loaded', progress: null }],
      },
    ],
    router: { pid: 4712 },
    host: { pid: process.pid, version: '0.1.0', started: '2026-01-31T12:00:00.000Z' },
  };
}

/** Every model passes but the one that is called `broken`. */
function proofs(models: readonly string[]): VerifyRun {
  const at = '2026-01-02T03:04:05.000Z';
  const cause = { code: 'unreachable', message: 'Nothing answers.', hint: null } as const;
  const proved = models.map((id): ModelProof => {
    const bad = id === 'broken';
    const verdict = bad ? 'failed' : 'passed';
    const way = { via: 'engine', engine: 'llama', what: 'target', aim: `llama/${id}` } as const;
    const told = { by: 'chat', listed: true, usage: true, answered_by: null, evidence: null } as const;
    const speed = { first_token_ms: 12.3, tokens_per_second: 45.6, total_ms: 80 };
    const ways = [{ ...way, ...told, ...speed, verdict, cause: bad ? cause : null } as const];
    return {
      id,
      origin: 'entry',
      at,
      verdict,
      breaks_at: bad ? 'engine' : null,
      cause: bad ? cause : null,
      ways,
      balance: null,
    };
  });
  return verifyRun(proved, at, at);
}
