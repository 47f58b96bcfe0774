/** A bridge that answers from a script: for component tests and for looking at the window without a host. Never shipped. */
import type {
  Bridge,
  CallInput,
  CallName,
  CallOutput,
  EventName,
  Events,
  Reply,
  ShellCallInput,
  ShellCallName,
} from '../../../shared/contract/ipc.ts';
import type { Cause } from '../../../shared/model.ts';
import { NO_GPU } from '../../fixtures/gpu/sample.ts';
import { SYSTEM_SAMPLE } from '../../fixtures/system/sample.ts';
import { CONFIG_FILE, DETECTED, detailOf, logLines, SNAPSHOT, VERSIONS } from './recorded.ts';

type Answers = { [N in CallName]: (input: CallInput<N>) => Reply<CallOutput[N]> | Promise<Reply<CallOutput[N]>> };

export interface Script {
  readonly bridge: Bridge;
  /** Whether the page wants to be told of news. */
  readonly hears: () => boolean;
  /** Every call so far, in order. */
  readonly calls: { readonly name: CallName | ShellCallName; readonly input: unknown }[];
  /** Replaces answers from now on. */
  answer: (change: Partial<Answers>) => void;
  emit: <E extends EventName>(event: E, payload: Events[E]) => void;
}

const refused = (code: Cause['code'], message: string): Reply<never> => ({
  ok: false,
  error: { code, message, hint: null },
});
const ok = <T>(value: T): Reply<T> => ({ ok: true, value });

/** A bridge whose host is `SNAPSHOT` and friends, but for the given answers. */
export function scriptedBridge(change: Partial<Answers> = {}, platform: Bridge['platform'] = 'linux'): Script {
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const calls: Script['calls'] = [];
  const none = () => ok([]);
  let hears = false;
  let answers: Answers = {
    'snapshot.get': () => ok(SNAPSHOT),
    'engines.start': none,
    'engines.stop': none,
    'engines.restart': none,
    'engine.detail': ({ engine }) => ok(detailOf(engine)),
    'engine.takeover': none,
    'engines.pin': () => ok(null),
    'engine.setup': () => ok(null),
    'engine.install': () => ok({ job: null }),
    'model.load': none,
    'model.unload': none,
    'model.fit': none,
    'footprints.list': none,
    'memory.free': () => ok({ unloaded: [], stopped: [], kept: [] }),
    'model.pull': () => ok({ id: 'job-1', joined: false }),
    'jobs.list': none,
    'job.cancel': () => refused('unknown_job', 'There is no such job.'),
    'job.retry': () => ok(null),
    'job.dismiss': () => ok(null),
    'logs.read': ({ before }) => ok({ path: '/logs/x.log', lines: before === null ? logLines(600) : [] }),
    'logs.watch': () => ok(null),
    'requests.list': () => ok({ active: [], more: 0, finished: [] }),
    'requests.watch': () => ok(null),
    'request.cancel': () => ok(null),
    'traffic.watch': () => ok(null),
    'gpu.get': () => ok(NO_GPU),
    'gpu.watch': () => ok(null),
    'gpu.history': none,
    'system.get': () => ok(SYSTEM_SAMPLE),
    'system.watch': () => ok(null),
    'cooldowns.list': none,
    'cooldowns.clear': () => ok(null),
    'verify.run': () =>
      ok({
        started: SNAPSHOT.host.started,
        ended: SNAPSHOT.host.started,
        passed: 0,
        failed: 0,
        skipped: 0,
        models: [],
      }),
    'work.watch': () => ok(null),
    'work.history': none,
    'report.make': () => refused('internal', 'The window asks for no report.'),
    'verify.last': () => ok({ running: null, models: [] }),
    'config.read': () => ok(CONFIG_FILE),
    'config.plan': () => ok({ findings: [], plan: null }),
    'config.apply': () => ok({ findings: [], plan: null, applied: true }),
    'config.history': () => ok({ running_revision: VERSIONS[0].revision, versions: VERSIONS }),
    'config.version': ({ revision }) => {
      const found = VERSIONS.find((version) => version.revision === revision);
      return found ? ok(found) : refused('unknown_version', 'No such version is kept.');
    },
    'config.rollback': () => ok({ findings: [], plan: null, applied: true }),
    'setup.detect': () => ok(DETECTED),
    'setup.try': ({ url, api_key }) =>
      ok({ url, models: ['gpt-oss-20b'], secret: api_key === null ? null : 'workstation' }),
    'setup.write': () => ok({ path: DETECTED.config_path }),
    'gateway.access': () => ok({ base_url: 'http://127.0.0.1:4000/v1', token: 'app-token' }),
    ...change,
  };
  return {
    calls,
    hears: () => hears,
    answer: (more) => {
      answers = { ...answers, ...more };
    },
    emit: (event, payload) => {
      for (const listener of listeners.get(event) ?? []) listener(payload as never);
    },
    bridge: {
      platform,
      hear: (on) => {
        hears = on;
      },
      call: async <N extends CallName>(name: N, input: CallInput<N>) => {
        calls.push({ name, input });
        return answers[name](input);
      },
      shell: async <N extends ShellCallName>(name: N, input: ShellCallInput<N>) => {
        calls.push({ name, input });
        return ok(null);
      },
      on: (event, listener) => {
        const set = listeners.get(event) ?? new Set();
        listeners.set(event, set.add(listener as (payload: never) => void));
        return () => set.delete(listener as (payload: never) => void);
      },
    },
  };
}
