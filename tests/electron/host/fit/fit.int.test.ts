/** Whether there is room: real engines, and a stand-in for nvidia-smi that says their real pids hold memory of a card. */
import { delimiter } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { gpuMachine } from '../../../support/gpu-tools.ts';
import { startTestHost } from '../../../support/host.ts';
import { startLlama } from '../../../support/llama.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const CARD = 'GPU-e41f7a52-0000-4a11-8e11-2f6f3f1f0001';
const config = (engines: string) => `version: 1\ngateway: { port: 0 }\nengines:\n${engines}`;
const llama = (name: string, more = '') => `  ${name}:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "${name}-model"]
${more}`;
const only = (name: string) => ({ names: [name], wait_ms: 60_000 });
const wish = { engine: null, context: null, slots: null };

const path = process.env.PATH ?? '';
afterEach(() => {
  process.env.PATH = path;
});

/** A card of 24 GiB, of which so much is used; and who holds how much of that, MiB. */
function card() {
  const machine = gpuMachine();
  machine.tool('nvidia-smi');
  process.env.PATH = `${machine.places.env.PATH}${delimiter}${path}`;
  const holds = (mib: number, by: Readonly<Record<number, number>> = {}): void => {
    const row = `1, 0, ${CARD}, NVIDIA GeForce RTX 4090, 00000000:01:00.0, 5, ${mib}, 24576, 42, 30.00, 450.00, 30`;
    machine.says('nvidia-smi', 'gpus', `${row}\n`);
    const rows = Object.entries(by).map(([pid, held]) => `${pid}, ${CARD}, llama-server, ${held}\n`);
    machine.says('nvidia-smi', 'apps', rows.join(''));
  };
  return { holds };
}

describeNeeding(['llama-server', 'linux'], 'a card with real engines beside it', () => {
  it('has room at once, after an idle engine of ours has gone, or not at all', async () => {
    const { holds } = card();
    holds(500);
    const other = await startLlama();
    const outside = `  outside: { kind: llama.cpp, mode: external, url: "${other.url}" }\n`;
    const { call, engine, host } = await startTestHost(config(llama('first') + llama('second') + outside));
    const ask = async (change: object = {}) =>
      (await call('model.fit', { model: 'second-model', ...wish, ...change }))[0];
    const now = (what: string, change: object, fits: (view: Awaited<ReturnType<typeof ask>>) => boolean) =>
      until(what, async () => {
        const view = await ask(change);
        return fits(view) ? view : null;
      });

    const easy = await ask();
    expect(easy).toMatchObject({
      verdict: 'fits',
      footprint: { source: 'estimated', ram: null, context: 2048 },
      room: [{ kind: 'gpu', total: 24 * 1024 ** 3 }],
    });
    // Ten million tokens of context: 2.4 GiB for the cache, 9.5 GiB for masks.
    const much = { context: 10_000_000 };
    expect(await ask(much)).toMatchObject({ verdict: 'fits', footprint: { context: 10_000_000 } });

    await call('engines.start', only('first'));
    const pid = engine('first').pid ?? 0;
    holds(20_500, { [pid]: 20_000 });
    const tight = await now('the card is seen to be full', much, (view) => view?.verdict === 'fits_after');
    expect(tight).toMatchObject({
      verdict: 'fits_after',
      after: [{ engine: 'first', model: null, frees: 20_000 * 1024 ** 2 }],
    });
    expect(tight?.message).toMatch(
      /^By an estimate: it needs 1\d GiB of GPU memory, 4.0 GiB is free\. Stopping first frees 20 GiB\.$/,
    );
    expect((await ask())?.verdict).toBe('fits');
    // It only said so.
    expect([engine('first').phase, engine('second').phase]).toEqual(['ready', 'stopped']);

    await call('engines.pin', { name: 'first', on: true });
    const pinned = await ask(much);
    expect(pinned).toMatchObject({ verdict: 'will_not_fit', after: [], stays: [{ engine: 'first', why: 'pinned' }] });
    expect(pinned?.message).toContain('first is pinned and holds 20 GiB.');
    await call('engines.pin', { name: 'first', on: false });

    holds(24_000, { [pid]: 9_000, [other.pid]: 14_500 });
    await until('the outside one is ready', () => engine('outside').phase === 'ready');
    const held = await now(
      'somebody else holds most of it',
      much,
      (view) => (view?.stays[0]?.holds ?? 0) > 14_000 * 1024 ** 2,
    );
    expect(held).toMatchObject({ verdict: 'will_not_fit', stays: [{ engine: 'outside', why: 'external' }] });
    expect(held?.message).toContain('outside is run by somebody else and holds 14 GiB.');
    expect(await ask({ context: 90_000_000 })).toMatchObject({
      verdict: 'will_not_fit',
      message: expect.stringMatching(/all the memory of the graphics cards is 24 GiB\.$/),
    });
    expect(host.snapshot().engines.map(({ phase }) => phase)).toEqual(['ready', 'stopped', 'ready']);
    await other.stop();
  });

  it('makes room by the rule of a group, which is said', async () => {
    card().holds(500);
    const { call } = await startTestHost(
      config(llama('first', '    group: gpu0\n') + llama('second', '    group: gpu0\n')),
    );
    await call('engines.start', only('first'));
    const [view] = await call('model.fit', { model: 'second-model', ...wish });
    expect(view).toMatchObject({ verdict: 'fits_after', after: [{ engine: 'first', model: null }] });
    expect(view?.message).toContain('first makes room by the rule of the group');
  });

  it('is where a measured model is known not to be', async () => {
    const { holds } = card();
    holds(500);
    const { call } = await startTestHost(config(llama('first')));
    await call('engines.start', only('first'));
    // nvidia-smi lists who holds memory of the card, and it is not among them: it ran on the processor.
    const known = await until('it was measured', async () => {
      const [view] = await call('model.fit', { model: 'first-model', ...wish });
      return view?.footprint?.source === 'measured' ? view.footprint : null;
    });
    expect(known.gpu).toBe(0);
    await call('engines.stop', only('first'));
    expect(await call('model.fit', { model: 'first-model', ...wish })).toMatchObject([
      { verdict: 'fits', room: [{ kind: 'ram' }] },
    ]);
    // So another context of it will be there too.
    expect(await call('model.fit', { model: 'first-model', ...wish, context: 1024 })).toMatchObject([
      { footprint: { source: 'estimated', gpu: 0 }, room: [{ kind: 'ram' }] },
    ]);
  });
});

describeNeeding(['llama-server'], 'what can’t be told', () => {
  it('is said with its reason', async () => {
    const engines = `  elsewhere: { kind: vllm, mode: external, url: "http://192.0.2.10:8000", model: some/model }
  hosted: { kind: openai, url: "http://127.0.0.1:9/v1" }
  preset: { kind: llama.cpp, command: llama-server, preset: models.ini }
  gone: { kind: llama.cpp, command: llama-server, model: /nowhere/model.gguf }
  some: { kind: llama.cpp, command: llama-server, model: ${JSON.stringify(tinyModel)}, args: ["-ngl", "1"] }
`;
    const models = ['elsewhere', 'hosted', 'preset', 'gone', 'some']
      .map((name) => `  m-${name}: { targets: [{ engine: ${name}, model: x }] }\n`)
      .join('');
    const { call } = await startTestHost(`${config(engines)}models:\n${models}`);
    const why = async (name: string) => {
      const [view] = await call('model.fit', { model: `m-${name}`, ...wish });
      return [view?.verdict, view?.footprint, view?.message];
    };
    expect(await why('elsewhere')).toEqual([
      'unknown',
      null,
      'Can’t tell, because elsewhere runs on another machine.',
    ]);
    expect((await why('hosted'))[2]).toContain('holds no models of its own here');
    expect((await why('preset'))[2]).toContain('does not say where its file lies');
    expect((await why('gone'))[2]).toBe('Can’t tell, because its file can’t be read: it is gone.');
    expect((await why('some'))[2]).toContain('must be measured: load it once');
    await expect(call('model.fit', { model: 'nothing', ...wish })).rejects.toMatchObject({ code: 'unknown_model' });
  });

  it('is more RAM than there is, whatever is free', async () => {
    const { call } = await startTestHost(config(llama('first')));
    const [view] = await call('model.fit', { model: 'first-model', ...wish, context: 99_000_000 });
    expect(['will_not_fit', 'fits']).toContain(view?.verdict);
    expect(view?.footprint?.parts?.cache).toBe(99_000_000 * 256);
  });
});
