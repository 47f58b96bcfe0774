/**
 * A random walk: people, config edits, crashes and stops at random against a real headless host, while clients stream. What must
 * hold throughout: no engine has two runs, no group two living engines, what a person holds stays down, nobody else's process is
 * touched; and at the end nothing is left. `STACKYARD_CHAOS_SEED=N` walks the same way again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { connectHost, type HostClient } from '../../../electron/host/control-client.ts';
import { isListening } from '../../../electron/host/ports.ts';
import { instanceId, ledgerRows } from '../../support/ledger.ts';
import { isAlive } from '../../support/processes.ts';
import { liveRuns, watchRuns } from '../../support/run-watch.ts';
import { type Served, serve } from '../../support/serve.ts';
import { emptyModel, standIn, startStandIn } from '../../support/stand-ins.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { type Ending, send, tally } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const WALK = Number(process.env.STACKYARD_CHAOS_MS ?? 150_000);
const SEED = Number(process.env.STACKYARD_CHAOS_SEED ?? Date.now() % 1_000_000);
const OURS = ['llama', 'left', 'right', 'behind'] as const;

interface Shape {
  readonly args: string;
  readonly without: string | null;
  readonly foreign: number;
  readonly faults: string;
  readonly model: string;
  /** Of `left`: a change of it makes the engine anew. */
  readonly kind: 'vllm' | 'llama-cpp-python';
}

function config({ args, without, foreign, faults, model, kind }: Shape): string {
  const engines: Record<string, string> = {
    llama: `    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "llama-model"${args}]
    start: with-app
`,
    left: `    kind: ${kind}
    command: ${JSON.stringify(standIn(kind))}
    model: ${kind === 'vllm' ? 'left-model' : JSON.stringify(model)}
    group: gpu
    env: { STAND_IN_FAULTS: "pace=10,tokens=20", STAND_IN_FAULTS_FILE: ${JSON.stringify(faults)} }
`,
    right: `    kind: llama-cpp-python
    command: ${JSON.stringify(standIn('llama-cpp-python'))}
    model: ${JSON.stringify(model)}
    group: gpu
    env: { STAND_IN_FAULTS: "pace=10,tokens=20", STAND_IN_FAULTS_FILE: ${JSON.stringify(faults)} }
`,
    behind: `    kind: ollama
    mode: managed
    port: null
    command: ${JSON.stringify(standIn('ollama'))}
    depends_on: [llama]
    env: { STAND_IN_FAULTS: "pace=10,tokens=20", STAND_IN_FAULTS_FILE: ${JSON.stringify(faults)} }
`,
    theirs: `    kind: vllm
    mode: auto
    port: ${foreign}
    model: stand-in/model
    command: ${JSON.stringify(standIn('vllm'))}
`,
  };
  if (without !== null) delete engines[without];
  if (without === 'llama') delete engines.behind;
  return `version: 1
gateway: { port: 0 }
engines:
${Object.entries(engines)
  .map(
    ([name, text]) =>
      `  ${name}:\n${text}    stop_timeout: 1s\n    restart: { max: 100, backoff: 20ms, backoff_max: 200ms }\n`,
  )
  .join('')}routing: { queue: { max_wait: 15s } }
`;
}

/** mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Walker {
  readonly served: Served;
  readonly client: HostClient;
  readonly chance: () => number;
  readonly steps: string[];
  /** Engines that a person stopped and nobody has wanted since. */
  readonly held: Set<string>;
  readonly endings: (Ending & { from: number; to: number })[];
  readonly routerKills: number[];
  readonly pending: Set<Promise<unknown>>;
  shape: Shape;
}

describeNeeding(['llama-server', 'linux'], `a random walk (seed ${SEED})`, () => {
  it(
    'never has two runs of an engine, wakes what is held, touches others’ processes, or leaves anything',
    async () => {
      const faults = join(tempFolder(), 'faults');
      writeFileSync(faults, '');
      const foreign = await startStandIn('vllm', { faults: 'pace=10' });
      try {
        await walk(foreign.port, foreign.pid, faults);
      } finally {
        await foreign.stop();
      }
    },
    WALK + 150_000,
  );
});

async function walk(foreign: number, foreignPid: number, faults: string): Promise<void> {
  const shape: Shape = { args: '', without: null, foreign, faults, model: emptyModel(), kind: 'vllm' };
  const served = await serve(config(shape));
  const client = await connectHost({ data: served.data, socket: join(served.data, 'control.sock') });
  if (client === null) throw new Error('no host');
  const walker: Walker = {
    served,
    client,
    chance: random(SEED),
    steps: [],
    held: new Set(),
    endings: [],
    routerKills: [],
    pending: new Set(),
    shape,
  };
  const id = instanceId(served.data);
  const watch = watchRuns(() => id, { groups: [['left', 'right']] });
  const offences = new Set<string>();
  try {
    const end = performance.now() + WALK;
    while (performance.now() < end && offences.size === 0) {
      const held = [...walker.held];
      // Held before this look and after it: nothing of theirs may live.
      for (const { tag, engine } of liveRuns())
        if (tag.startsWith(`${id}:`) && held.includes(engine) && walker.held.has(engine))
          offences.add(`${engine} lives although it is held`);
      if (!isAlive(foreignPid)) offences.add('a foreign server was ended');
      for (const offence of watch.offences) offences.add(offence);
      await step(walker);
      await wait(walker.chance() * 500);
    }
    expect([...offences], story(walker)).toEqual([]);

    writeFileSync(faults, '');
    writeFileSync(served.config, config(shape));
    await client.call('config.apply', { text: null, if_revision: null });
    // Whatever was on its way ends in some way, and in time.
    await until('every call and request has ended', () => walker.pending.size === 0, { deadline: 90_000 });
    await client.call('engines.stop', { names: [], wait_ms: 60_000 });
    const { engines, gateway } = await client.call('snapshot.get', {});
    expect(
      engines.map(({ name, phase, held }) => [name, name === 'theirs' ? '' : phase, held]),
      story(walker),
    ).toEqual([...OURS.map((name) => [name, 'stopped', true]), ['theirs', '', false]]);
    expect(liveRuns().filter(({ tag }) => tag.startsWith(`${id}:`) && !tag.endsWith(':router'))).toEqual([]);

    expect(walker.endings.filter(({ how }) => how === 'hung')).toEqual([]);
    // A killed router takes its connections along, and until the next one listens there is nobody to connect to.
    const unexplained = walker.endings.filter(
      ({ how, from, to }) => how === 'cut' && !walker.routerKills.some((at) => at >= from - 5_000 && at <= to),
    );
    expect(unexplained, story(walker)).toEqual([]);
    const ways = tally(walker.endings);
    expect(ways.answered).toBeGreaterThan(0);

    served.child.kill('SIGTERM');
    await until('serve has ended', () => served.child.exitCode !== null);
    expect(served.child.exitCode).toBe(0);
    expect(watch.offences).toEqual([]);
    expect(liveRuns().filter(({ tag }) => tag.startsWith(`${id}:`))).toEqual([]);
    expect(await isListening('127.0.0.1', Number(new URL(gateway.url ?? '').port))).toBe(false);
    expect(ledgerRows(served.data)).toEqual([]);
    expect(isAlive(foreignPid)).toBe(true);
    console.log(`seed ${SEED}: ${walker.steps.length} steps, ${watch.runs.length} runs, ${JSON.stringify(ways)}`);
  } finally {
    watch.stop();
    client.close();
  }
}

/** The last steps and lines of the host's log, for whoever has to find out. */
function story({ steps, served }: Walker): string {
  const log = readFileSync(join(served.data, 'logs', 'stackyard.log'), 'utf8');
  return `seed ${SEED}\n${steps.slice(-40).join('\n')}\n${log.split('\n').slice(-30).join('\n')}`;
}

async function step(walker: Walker): Promise<void> {
  const { chance, client, served } = walker;
  const pick = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)] as T;
  const engine = pick(OURS);
  const says = (text: string) => walker.steps.push(`${Math.round(performance.now())} ${text}`);
  const later = (what: Promise<unknown>) => {
    const settled = what.catch((error: unknown) => says(`  refused: ${(error as Error).message}`));
    walker.pending.add(settled);
    void settled.then(() => walker.pending.delete(settled));
  };
  /** What an engine leans on is wanted with it. */
  const freed = (names: readonly string[]) => {
    for (const name of names.includes('behind') ? [...names, 'llama'] : names) walker.held.delete(name);
  };
  const signal = async (pid: number | null | undefined, kind: NodeJS.Signals) => {
    try {
      if (pid != null) process.kill(pid, kind);
    } catch {
      // It was faster.
    }
  };
  const seen = () => client.call('snapshot.get', {});
  const moves: [number, string, () => Promise<void> | void][] = [
    [
      10,
      `request ${engine}`,
      () => {
        const model = {
          llama: 'llama-model',
          left: 'left-model',
          right: 'right/stand-in',
          behind: 'behind/tiny:latest',
        };
        const from = performance.now();
        later(
          send(served.gateway, model[engine]).then((ending) =>
            walker.endings.push({ ...ending, from, to: performance.now() }),
          ),
        );
      },
    ],
    [
      3,
      'request theirs',
      () => {
        const from = performance.now();
        later(
          send(served.gateway, 'theirs/stand-in/model').then((ending) =>
            walker.endings.push({ ...ending, from, to: performance.now() }),
          ),
        );
      },
    ],
    [
      5,
      `up ${engine}`,
      () => {
        freed([engine]);
        later(client.call('engines.start', { names: [engine], wait_ms: pick([null, 20_000]) }));
      },
    ],
    [
      5,
      `down ${engine}`,
      () => {
        const wished = walker.steps.length;
        const asked = client.call('engines.stop', { names: [engine], wait_ms: 30_000 }).then(([outcome]) => {
          // Only when nobody has wanted anything of it since.
          const since = walker.steps
            .slice(wished)
            .filter((text) => new RegExp(`(up|restart) (${engine}|all|behind)|config`).test(text));
          if (outcome?.ok && since.length === 0) walker.held.add(engine);
        });
        later(asked);
      },
    ],
    [
      3,
      `restart ${engine}`,
      () => {
        freed([engine]);
        later(client.call('engines.restart', { names: [engine], wait_ms: pick([null, 20_000]) }));
      },
    ],
    [
      1,
      'up all',
      () => {
        walker.held.clear();
        later(client.call('engines.start', { names: [], wait_ms: null }));
      },
    ],
    [1, 'down all', () => later(client.call('engines.stop', { names: [], wait_ms: 30_000 }))],
    [1, 'free', () => later(client.call('memory.free', {}))],
    [
      5,
      `kill ${engine}`,
      async () => signal((await seen()).engines.find(({ name }) => name === engine)?.pid, 'SIGKILL'),
    ],
    [
      2,
      `pause ${engine}`,
      async () => {
        const pid = (await seen()).engines.find(({ name }) => name === engine)?.pid;
        await signal(pid, 'SIGSTOP');
        later(wait(chance() * 3_000).then(() => signal(pid, 'SIGCONT')));
      },
    ],
    [
      1,
      'pause host',
      async () => {
        await signal(served.pid, 'SIGSTOP');
        await wait(chance() * 1_500);
        await signal(served.pid, 'SIGCONT');
      },
    ],
    [
      1,
      'kill router',
      async () => {
        // Five crashes within a minute and it gives up, by design.
        if (walker.routerKills.filter((at) => performance.now() - at < 60_000).length >= 3) return;
        walker.routerKills.push(performance.now());
        await signal((await seen()).router.pid, 'SIGKILL');
      },
    ],
    [
      2,
      'faults',
      () =>
        writeFileSync(
          walker.shape.faults,
          pick(['', '', 'ignore-term', 'grandchild', 'leave-group', 'slow-start=1500']),
        ),
    ],
    [
      3,
      'config edit',
      () => {
        walker.held.clear();
        const args = pick(['', ', "--no-warmup"']);
        walker.shape = {
          ...walker.shape,
          args,
          without: pick([null, null, null, 'left', 'behind', 'llama']),
          kind: pick(['vllm', 'vllm', 'llama-cpp-python']),
        };
        writeFileSync(served.config, config(walker.shape));
      },
    ],
    [1, 'config broken', () => writeFileSync(served.config, 'version: 1\nengines:\n  one: { kind: nonsense }\n')],
  ];
  let at = chance() * moves.reduce((sum, [weight]) => sum + weight, 0);
  const [, what, act] =
    moves.find(([weight]) => {
      at -= weight;
      return at < 0;
    }) ?? pick(moves);
  says(what);
  await act();
}
