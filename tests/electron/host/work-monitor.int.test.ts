/** What engines tell of their work, while requests run through them. */
import { expect, it } from 'vitest';
import { makeTinyModel } from '../../../build/tiny-model.mjs';
import type { Caller, Events } from '../../../shared/contract/ipc.ts';
import type { EngineWork } from '../../../shared/engine-work.ts';
import { startTestHost } from '../../support/host.ts';
import { startLlama } from '../../support/llama.ts';
import { standIn } from '../../support/stand-ins.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { send } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const config = (engines: string) => `version: 1\ngateway: { port: 0 }\nengines:\n${engines}`;
const only = (name: string) => ({ names: [name], wait_ms: 60_000 });
const llama = (more: string) => `    kind: llama.cpp\n    command: ${JSON.stringify(llamaServer)}\n${more}`;

type TestHost = Awaited<ReturnType<typeof startTestHost>>;

/** Every look from now on; `leave` ends it. */
async function watching({ host }: TestHost) {
  const seen: (readonly EngineWork[])[] = [];
  const partings: (() => void)[] = [];
  const watcher: Caller = {
    id: 'watcher',
    from: 'window',
    onGone: (listener) => void partings.push(listener),
    emit: (event, payload) => {
      if (event === 'work') seen.push(payload as Events['work']);
    },
  };
  await host.handlers['work.watch']({ on: true }, watcher);
  const of = (engine: string) => seen.flatMap((all) => all.filter((one) => one.engine === engine));
  const sees = (what: string, engine: string, fits: (work: EngineWork) => boolean) =>
    until(what, () => of(engine).find(fits), { deadline: 30_000 });
  return {
    seen,
    of,
    sees,
    leave: () => {
      for (const leave of partings) leave();
    },
  };
}

const gauge = async (gateway: string, name: string) => {
  const text = await (await fetch(`${gateway}/metrics`)).text();
  return new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? null;
};

describeNeeding(['llama-server'], 'a real llama-server', () => {
  it('tells what it works on while a request runs, and how fast it was when that has ended', async () => {
    const file = `${tempFolder('work')}/wide.gguf`;
    makeTinyModel(file, { embd: 512, ff: 2048, layers: 4, ctx: 2048, name: 'wide' });
    const test = await startTestHost(
      config(
        `  one:\n${llama(`    model: ${JSON.stringify(file)}\n    args: ["-t", "1", "-np", "1", "--alias", "wide"]\n`)}`,
      ),
    );
    const gateway = await test.gateway();
    await test.call('engines.start', only('one'));
    const { sees, of, leave } = await watching(test);
    const idle = await sees('it is idle', 'one', (work) => work.running === 0);
    expect(idle).toMatchObject({ waiting: 0, cache: null, generation_rate: null, loaded: null });
    const ask = () =>
      fetch(`${gateway}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'wide',
          messages: [{ role: 'user', content: 'hi' }],
          max_tokens: 150,
          ignore_eos: true,
        }),
      });
    // A fast machine answers both between two looks: asked again until a look falls among them.
    let missed = true;
    const seenBusy = sees(
      'it works on one and has one waiting',
      'one',
      (work) => work.running === 1 && work.waiting === 1,
    ).finally(() => {
      missed = false;
    });
    const asking = (async () => {
      while (missed) for (const answer of await Promise.all([ask(), ask()])) expect(answer.status).toBe(200);
    })();
    await Promise.all([seenBusy, asking]);
    const done = await sees('it tells how fast it was', 'one', (work) => work.generation_rate !== null);
    expect(done.generation_rate).toBeGreaterThan(1);
    await sees('it is idle again', 'one', (work) => work.running === 0 && work.at > done.at);
    // Points are kept, and stay in order.
    const points = await test.call('work.history', { engine: 'one' });
    expect(points.length).toBeGreaterThanOrEqual(of('one').length - 1);
    expect(points.map(({ at }) => at)).toEqual([...points.map(({ at }) => at)].sort((a, b) => a - b));
    await until('it is in /metrics', async () =>
      (await gauge(gateway, 'stackyard_engine_requests_running{engine="one"}')) === '0' ? true : null,
    );
    expect(await gauge(gateway, 'stackyard_engine_kv_cache_usage_ratio{engine="one"}')).toBeNull();
    expect(JSON.stringify(test.host.snapshot())).not.toContain('generation_rate');

    await test.call('engines.stop', only('one'));
    await until('it tells nothing any more', async () =>
      (await gauge(gateway, 'stackyard_engine_requests_running{engine="one"}')) === null ? true : null,
    );
    expect(await test.call('work.history', { engine: 'one' })).toEqual([]);
    leave();
  });

  it('as a router is asked about models in memory only, and loads none for it', async () => {
    const folder = tempFolder('work');
    for (const name of ['a', 'b']) makeTinyModel(`${folder}/models/${name}.gguf`, {});
    const test = await startTestHost(
      config(`  many:\n${llama(`    models_dir: ${JSON.stringify(`${folder}/models`)}\n    args: ["-t", "1"]\n`)}`),
    );
    await test.call('engines.start', only('many'));
    const { sees, leave } = await watching(test);
    await test.call('model.load', { model: 'a', engine: null });
    await sees('the model in memory is told of', 'many', (work) => work.running === 0);
    const url = await test.gateway();
    expect(await send(url, 'a')).toMatchObject({ how: 'answered' });
    await sees('it was fast', 'many', (work) => (work.generation_rate ?? 0) > 0);
    const { models } = test.host.snapshot();
    expect(models.map((model) => [model.id, model.targets[0]?.phase])).toEqual([
      ['a', 'ready'],
      ['b', 'not_loaded'],
    ]);
    await test.call('model.unload', { model: 'a', engine: null });
    await test.call('engines.stop', only('many'));
    leave();
  });

  it('that has its metrics switched off is asked once, and never woken', async () => {
    const other = await startLlama({ args: ['--sleep-idle-seconds', '1'] });
    const test = await startTestHost(
      config(
        `  outside: { kind: llama.cpp, mode: external, url: "${other.url}" }\n  ours:\n${llama(
          `    model: ${JSON.stringify(tinyModel)}\n    args: ["-t", "1", "--alias", "ours", "--sleep-idle-seconds", "1"]\n`,
        )}`,
      ),
    );
    await test.call('engines.start', only('ours'));
    await test.shows('the outside one is ready', (s) => s.engines[0]?.phase === 'ready');
    const { of, sees, leave } = await watching(test);
    await sees('ours tells', 'ours', (work) => work.running === 0);
    const asleep = async (url: string | null) => {
      const answer = await fetch(`${url}/props`);
      return ((await answer.json()) as { is_sleeping?: boolean }).is_sleeping === true;
    };
    await until('both sleep while one watches', async () =>
      (await asleep(other.url)) && (await asleep(test.engine('ours').url)) ? true : null,
    );
    const looks = of('ours').length;
    await until('it is looked at further', () => of('ours').length > looks + 1);
    expect([await asleep(other.url), await asleep(test.engine('ours').url)]).toEqual([true, true]);
    expect(of('outside')).toEqual([]);
    leave();
    await other.stop();
  });
});

describeNeeding(['posix'], 'the stand-ins', () => {
  it('for vLLM and Ollama are told of by what they have', async () => {
    const test = await startTestHost(
      config(`  v:
    kind: vllm
    command: ${JSON.stringify(standIn('vllm'))}
    model: some/model
  o:
    kind: ollama
    mode: managed
    command: ${JSON.stringify(standIn('ollama'))}
`),
    );
    await test.call('engines.start', { names: ['v', 'o'], wait_ms: 60_000 });
    const { sees, leave } = await watching(test);
    const vllm = await sees('vLLM tells', 'v', (work) => work.running !== null);
    expect(vllm).toMatchObject({ running: 0, waiting: 0, cache: 0, loaded: null });
    expect(await sees('Ollama tells', 'o', (work) => work.loaded !== null)).toMatchObject({
      running: null,
      loaded: [],
    });
    await test.call('model.load', { model: 'tiny:latest', engine: 'o' });
    const loaded = await sees('the model in memory is told of', 'o', (work) => work.loaded?.length === 1);
    expect(loaded.loaded?.[0]).toMatchObject({ id: 'tiny:latest' });
    leave();
  });
});
