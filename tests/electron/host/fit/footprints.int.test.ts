/** What models take is learned from real ones, survives the host, and is held against what was reckoned before. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTinyModel } from '../../../../build/tiny-model.mjs';
import { startTestHost, type TestHost } from '../../../support/host.ts';
import { tempFolder } from '../../../support/tmp.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const MIB = 1024 ** 2;
const config = (engines: string) => `version: 1\ngateway: { port: 0 }\nengines:\n${engines}`;
const engine = (name: string, more: string) => `  ${name}:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
${more}`;
const single = (name: string, model: string | null = tinyModel, args: readonly string[] = []) =>
  engine(
    name,
    `    model: ${JSON.stringify(model)}\n    args: ${JSON.stringify(['-t', '1', '--alias', `${name}-model`, ...args])}\n`,
  );
const only = (name: string) => ({ names: [name], wait_ms: 60_000 });
const wish = { engine: null, context: null, slots: null };

async function footprint({ call }: TestHost, model: string) {
  const [view] = await call('model.fit', { model, ...wish });
  return view?.footprint ?? null;
}

const measured = (host: TestHost, model: string) =>
  until(`${model} was measured`, async () => {
    const known = await footprint(host, model);
    return known?.source === 'measured' ? known : null;
  });

describeNeeding(['llama-server', 'linux'], 'a real llama-server without a card', () => {
  it('is reckoned before its first load, measured at it, and known to the next host', async () => {
    const folder = tempFolder('fit');
    const first = await startTestHost(config(single('tiny')), { data: folder });
    const [before] = await first.call('model.fit', { model: 'tiny-model', ...wish });
    expect(before).toMatchObject({
      engine: 'tiny',
      model: 'tiny-model',
      verdict: 'fits',
      footprint: { source: 'estimated', gpu: 0, load_ms: null, context: 2048, slots: null, at: null },
      room: [{ kind: 'ram' }],
    });
    expect(before?.message).toMatch(/^By an estimate: it needs \d+ MiB of RAM, \d.* is free\.$/);
    expect(first.engine('tiny').phase).toBe('stopped');

    await first.call('engines.start', only('tiny'));
    const known = await measured(first, 'tiny-model');
    expect(known).toMatchObject({ gpu: 0, context: 2048, slots: null, parts: null });
    expect(known.ram).toBeGreaterThan(10 * MIB);
    expect(known.load_ms).toBeGreaterThan(0);
    expect(Date.now() - Date.parse(known.at ?? '')).toBeLessThan(60_000);
    const [there] = await first.call('model.fit', { model: 'tiny-model', ...wish });
    expect(there).toMatchObject({ verdict: 'in_memory', message: 'It is in memory.' });
    // Reckoned and real are of one size: a third apart at most.
    expect((before?.footprint?.ram ?? 0) / (known.ram ?? 1)).toBeGreaterThan(0.66);
    expect((before?.footprint?.ram ?? 0) / (known.ram ?? 1)).toBeLessThan(1.5);
    const last = await footprint(first, 'tiny-model');
    await first.host.stop();

    const second = await startTestHost(config(single('tiny')), { data: folder });
    const again = await footprint(second, 'tiny-model');
    expect(again?.source).toBe('measured');
    expect(again?.ram).toBeGreaterThanOrEqual(last?.ram ?? 0);
    expect(second.engine('tiny').phase).toBe('stopped');
    const list = await second.call('footprints.list', {});
    expect(list).toEqual([{ engine: 'tiny', model: 'tiny-model', footprint: again }]);
    // Another context or number of slots was never measured.
    expect(
      (await second.call('model.fit', { model: 'tiny-model', ...wish, context: 1024 }))[0]?.footprint,
    ).toMatchObject({
      source: 'estimated',
      context: 1024,
    });
  });

  it('is not told by a measurement of other arguments', async () => {
    const folder = tempFolder('fit');
    const first = await startTestHost(config(single('tiny')), { data: folder });
    await first.call('engines.start', only('tiny'));
    await measured(first, 'tiny-model');
    await first.host.stop();
    const other = await startTestHost(config(single('tiny', tinyModel, ['-ctk', 'q8_0'])), { data: folder });
    expect(await footprint(other, 'tiny-model')).toMatchObject({ source: 'estimated' });
  });

  it('knows nothing of a file of footprints that is broken, and learns anew', async () => {
    const folder = tempFolder('fit');
    const first = await startTestHost(config(single('tiny')), { data: folder });
    await first.call('engines.start', only('tiny'));
    await measured(first, 'tiny-model');
    await first.host.stop();
    const file = join(first.data, 'footprints.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ schema: 1, footprints: [{ engine: 'tiny' }] });
    for (const text of ['{"schema":1,"footpr', '[]', '{"schema":1,"footprints":[{"engine":"tiny","ram":-1},7]}']) {
      writeFileSync(file, text);
      const next = await startTestHost(config(single('tiny')), { data: folder });
      expect(await footprint(next, 'tiny-model')).toMatchObject({ source: 'estimated' });
      await next.call('engines.start', only('tiny'));
      await measured(next, 'tiny-model');
      await next.host.stop();
    }
  });

  it('is reckoned about right where the weights, the cache and the buffers count', async () => {
    const folder = tempFolder('fit');
    const file = join(folder, 'wide.gguf');
    makeTinyModel(file, { embd: 512, ff: 2048, layers: 4, ctx: 8192, name: 'wide' });
    const host = await startTestHost(
      config(
        single('one', file) +
          single('slots', file, ['-np', '2']) +
          single('small', file, ['-ctk', 'q8_0', '-ctv', 'q8_0']),
      ),
    );
    for (const name of ['one', 'slots', 'small']) {
      const reckoned = await footprint(host, `${name}-model`);
      await host.call('engines.start', only(name));
      const real = await measured(host, `${name}-model`);
      const ratio = (reckoned?.ram ?? 0) / (real.ram ?? 1);
      expect([name, ratio > 0.9 && ratio < 1.3 ? 'about right' : ratio]).toEqual([name, 'about right']);
      await host.call('engines.stop', only(name));
    }
  });
});

describeNeeding(['llama-server', 'linux'], 'the router mode of a real llama-server', () => {
  it('is measured model by model, each by its own process', async () => {
    const folder = tempFolder('fit');
    const models = join(folder, 'models');
    makeTinyModel(join(models, 'small.gguf'), {});
    makeTinyModel(join(models, 'wide.gguf'), { embd: 512, ff: 2048, layers: 4, ctx: 4096, name: 'wide' });
    const host = await startTestHost(
      config(engine('many', `    models_dir: ${JSON.stringify(models)}\n    args: ["-t", "1"]\n`)),
      { data: folder },
    );
    await host.call('engines.start', only('many'));
    expect(await footprint(host, 'wide')).toMatchObject({ source: 'estimated', context: 4096 });
    for (const model of ['small', 'wide']) {
      const [came] = await host.call('model.load', { model, engine: null });
      expect(came).toMatchObject({ ok: true });
      const known = await measured(host, model);
      expect(known.load_ms).toBeGreaterThan(0);
    }
    const [small, wide] = [await footprint(host, 'small'), await footprint(host, 'wide')];
    expect(small?.ram).toBeLessThan(60 * MIB);
    expect((wide?.ram ?? 0) - (small?.ram ?? 0)).toBeGreaterThan(60 * MIB);
    // Both are there, so each may be unloaded for the other: that is said, and nothing is done.
    expect(host.host.snapshot().models.map((m) => m.targets[0]?.phase)).toEqual(['ready', 'ready']);
  });
});
