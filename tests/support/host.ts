import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { type Host, startHost } from '../../electron/host/host.ts';
import type { Caller, CallInput, CallName, CallOutput } from '../../shared/contract/ipc.ts';
import type { EngineView, StackSnapshot } from '../../shared/model.ts';
import { bundle } from './bundle.ts';
import { tempFolder } from './tmp.ts';
import { until } from './until.ts';

/** A real host in this process, with a real router beside it; stopped when the test is over. */
export interface TestHost {
  readonly host: Host;
  readonly data: string;
  readonly config: string;
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput[N]>;
  engine(name: string): EngineView;
  /** Resolves with the first snapshot that fits. */
  shows(what: string, fits: (snapshot: StackSnapshot) => boolean): Promise<StackSnapshot>;
  /** `http://127.0.0.1:PORT`, once it listens. */
  gateway(): Promise<string>;
  /** Every snapshot since the start, as a subscriber got them. */
  readonly seen: readonly StackSnapshot[];
}

const running: Host[] = [];
let router: Promise<string> | null = null;

/** Starts a host over a config text; `{…}` places of it are filled by the caller. */
export async function startTestHost(text: string | null, options: { data?: string } = {}): Promise<TestHost> {
  router ??= bundle('electron/router.ts');
  const folder = options.data ?? tempFolder();
  const config = join(folder, 'stackyard.yaml');
  const data = join(folder, 'data');
  mkdirSync(folder, { recursive: true });
  if (text !== null) writeFileSync(config, text);
  const host = await startHost({
    kind: 'serve',
    paths: { config, data, socket: join(data, 'control.sock') },
    version: '0.0.0-test',
    routerFile: await router,
    appOrigin: 'stackyard://app',
  });
  running.push(host);
  const seen: StackSnapshot[] = [];
  const caller: Caller = {
    id: 'test',
    from: 'window',
    onGone: () => {},
    emit: (event, payload) => {
      if (event === 'snapshot') seen.push(payload as StackSnapshot);
    },
  };
  host.subscribe(caller);
  const shows: TestHost['shows'] = (what, fits) =>
    until(what, () => seen.find(fits) ?? (fits(host.snapshot()) ? host.snapshot() : null), { deadline: 30_000 });
  return {
    host,
    data,
    config,
    seen,
    shows,
    call: (name, input) => host.handlers[name](input as never, caller) as never,
    engine: (name) => {
      const found = host.snapshot().engines.find((e) => e.name === name);
      if (found === undefined) throw new Error(`no engine ${name}`);
      return found;
    },
    gateway: async () => (await shows('the gateway listens', (s) => s.gateway.phase === 'ready')).gateway.url ?? '',
  };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((host) => host.stop()));
});
afterAll(async () => {
  await Promise.all(running.splice(0).map((host) => host.stop()));
});
