/** Real llama-servers that can't run, under a real host: each leaves a card with its cause, and the host keeps it. */
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CrashCards, KEPT } from '../../../electron/host/crash-cards.ts';
import type { CrashCard, EngineDetail } from '../../../shared/model.ts';
import { startTestHost, type TestHost } from '../../support/host.ts';
import { emptyModel, type StandInKind, standIn } from '../../support/stand-ins.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
  delete process.env.STACKYARD_SECRET_HUB;
});

const engine = (change: Record<string, unknown> = {}) => ({
  kind: 'llama.cpp',
  command: llamaServer,
  model: tinyModel,
  ...change,
  args: ['-t', '1', ...((change.args as string[] | undefined) ?? [])],
});

// JSON is YAML.
const config = (engines: Record<string, unknown>) => JSON.stringify({ version: 1, gateway: { port: 0 }, engines });

const up = (host: TestHost, ...names: string[]) => host.call('engines.start', { names, wait_ms: 60_000 });
const detail = (host: TestHost, name: string): Promise<EngineDetail> => host.call('engine.detail', { engine: name });
const said = (card: CrashCard | undefined) => card?.lines.map((line) => line.text).join('\n') ?? '';

describeNeeding(['llama-server'], 'a crash card', () => {
  it('has the right cause: missing binary, busy port, missing, broken and too big model, unknown flag', async () => {
    const folder = tempFolder();
    const cut = join(folder, 'cut.gguf');
    writeFileSync(cut, readFileSync(need(tinyModel)).subarray(0, 300_000));
    const server = createServer().listen(0, '127.0.0.1');
    opened.push(server);
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const huge = ['-fit', 'off', '-c', '2000000', '-b', '2000000', '-ub', '2000000'];
    const engines = {
      'no-binary': engine({ command: join(folder, 'llama-server') }),
      'busy-port': engine({ port, mode: 'managed' }),
      'no-model': engine({ model: join(folder, 'nowhere.gguf') }),
      'broken-model': engine({ model: cut }),
      'big-model': engine({ args: huge }),
      'bad-flag': engine({ args: ['--nope'] }),
    };
    const host = await startTestHost(config(engines), { data: folder });
    const outcomes = await up(host, ...Object.keys(engines));

    expect(outcomes.map(({ engine, cause, crash }) => [engine, cause?.code, crash?.cause.code, crash?.code])).toEqual(
      [
        ['no-binary', 'command_not_found', 'command_not_found', null],
        ['busy-port', 'port_busy', 'port_busy', null],
        ['no-model', 'model_file_missing', 'model_file_missing', 1],
        ['broken-model', 'model_file_broken', 'model_file_broken', 1],
        ['big-model', 'out_of_memory', 'out_of_memory', 1],
        ['bad-flag', 'unknown_argument', 'unknown_argument', 1],
      ],
    );
    const cards = Object.fromEntries(outcomes.map(({ engine, crash }) => [engine, crash]));
    expect(cards['no-binary']).toMatchObject({ ran_ms: null, lines: [] });
    expect(cards['busy-port']?.port).toMatchObject({ port, holder: { pid: process.pid } });
    expect(cards['busy-port']?.port?.free).toBeGreaterThan(port);
    expect(cards['no-model']?.cause.message).toContain('nowhere.gguf');
    expect(cards['broken-model']?.cause.message).toContain('cut short');
    expect(said(cards['big-model'])).toContain('insufficient memory');
    expect(cards['bad-flag']).toMatchObject({ signal: null, ran_ms: expect.any(Number), command: /--nope$/ });
    expect(cards['bad-flag']?.cause.message).toContain('--nope');
    expect(outcomes.every(({ crash }) => crash && crash.lines.length <= 50 && crash.cause.hint)).toBe(true);
  });

  it('tells a kill, the last lines of that run alone, and survives the next start of the host', async () => {
    const folder = tempFolder();
    const host = await startTestHost(config({ tiny: engine({ args: ['--nope'], restart: { max: 0 } }) }), {
      data: folder,
    });
    await up(host, 'tiny');
    const text = config({ tiny: engine({ restart: { max: 0 } }) });
    await host.call('config.apply', { text, if_revision: null });
    await up(host, 'tiny');
    process.kill(host.engine('tiny').pid ?? 0, 'SIGKILL');
    const { crashes } = await until('its second card', async () => {
      const page = await detail(host, 'tiny');
      return page.crashes.length === 2 && page;
    });
    expect(crashes.map(({ cause, signal }) => [cause.code, signal])).toEqual([
      ['exited', 'SIGKILL'],
      ['unknown_argument', null],
    ]);
    expect(said(crashes[0])).toContain('listening on');
    expect(said(crashes[0])).not.toContain('--nope');
    expect(crashes[0]?.lines.every((line) => line.at !== null)).toBe(true);

    await host.host.stop();
    const next = await startTestHost(null, { data: folder });
    await next.shows('the engine', (s) => s.engines.length === 1);
    expect((await detail(next, 'tiny')).crashes).toEqual(crashes.slice(0, 1));
  });

  it('shows no secret: not in its lines, its command, the environment, or what is kept on disk', async () => {
    process.env.STACKYARD_SECRET_HUB = 'hush-4711-hush';
    const folder = tempFolder();
    const secretive = engine({
      args: ['--nope-${secret:hub}'],
      env: { OTHER: 'x=${secret:hub}', HF_TOKEN: 'written-out', PLAIN: 'shown' },
    });
    const host = await startTestHost(config({ tiny: secretive }), { data: folder });
    const [outcome] = await up(host, 'tiny');
    expect(outcome?.cause?.code).toBe('unknown_argument');
    const page = await detail(host, 'tiny');
    expect(page.env).toMatchObject({ OTHER: 'x=••••••', HF_TOKEN: '••••••', PLAIN: 'shown' });
    expect(page.command).toContain('--nope-••••••');
    const kept = await until('the card on disk', () => readFileSync(join(host.data, 'crashes.json'), 'utf8'));
    expect(kept).toContain('unknown_argument');
    for (const text of [JSON.stringify(outcome), JSON.stringify(page), kept, JSON.stringify(host.seen)])
      expect(text).not.toMatch(/hush|written-out/);
  });
});

describeNeeding(['llama-server'], 'an engine’s page', () => {
  it('shows each probe with its last answer, and asks nothing itself', async () => {
    const host = await startTestHost(config({ tiny: engine() }));
    const before = await detail(host, 'tiny');
    expect(before).toMatchObject({ title: 'llama.cpp', run_by: null, crashes: [], probes: [] });
    expect(before.command).toContain('--port 0');
    await up(host, 'tiny');
    const page = await until('the version was asked', async () => {
      const now = await detail(host, 'tiny');
      return now.probes.find(({ probe }) => probe === 'version')?.last && now;
    });
    const { url } = host.engine('tiny');
    expect(page.command).toBe(host.engine('tiny').command);
    expect(page.log_path).toBe(join(host.data, 'logs', 'tiny.log'));
    expect(page.probes.find(({ probe }) => probe === 'ready')).toMatchObject({
      method: 'GET',
      url: `${url}/health`,
      last: { status: 200, verdict: 'ready', message: null },
    });
    expect(page.probes.map(({ probe }) => probe)).toEqual(['ready', 'live', 'models', 'version']);
    await expect(detail(host, 'nobody')).rejects.toMatchObject({ code: 'unknown_engine' });
  });
});

describeNeeding(['posix'], 'a stand-in’s crash card', () => {
  const kinds = ['ollama', 'vllm', 'llama-cpp-python'] as const;
  const broken = (kind: StandInKind, faults: string) => ({
    kind,
    mode: 'managed',
    command: standIn(kind),
    ...(kind === 'ollama' ? {} : { model: kind === 'vllm' ? 'org/model' : emptyModel() }),
    env: { STAND_IN_FAULTS: faults },
  });

  it('has its engine’s own words, and what they mean', async () => {
    const engines = Object.fromEntries(kinds.map((kind) => [kind, broken(kind, 'out-of-memory')]));
    const outcomes = await up(await startTestHost(config(engines)), ...kinds);
    expect(outcomes.map(({ crash }) => [crash?.cause.code, crash?.code])).toEqual(
      kinds.map(() => ['out_of_memory', 1]),
    );
    expect(outcomes.every(({ crash }) => crash?.lines.some(({ text }) => /memory|allocate/i.test(text)))).toBe(true);
  });

  it('is none for a model that can’t be loaded, but the cause is told', async () => {
    const host = await startTestHost(config({ ollama: { ...broken('ollama', 'refuse-load') } }));
    await up(host, 'ollama');
    const model = await until(
      'its models',
      () => host.host.snapshot().models.find(({ id }) => id.includes('tiny'))?.id,
    );
    const [outcome] = await host.call('model.load', { model, engine: 'ollama' });
    expect(outcome?.cause).toMatchObject({ code: 'out_of_memory', message: expect.stringContaining('12.4 GiB') });
    expect((await detail(host, 'ollama')).crashes).toEqual([]);
  });
});

describe('the cards that are kept', () => {
  const card = (at: string): CrashCard => ({
    at,
    code: 1,
    signal: null,
    ran_ms: 1,
    cause: { code: 'exited', message: 'It ended.', hint: null },
    lines: [],
    command: null,
    port: null,
  });
  const reopened = async (data: string) => {
    const cards = new CrashCards(data);
    await cards.remember();
    return cards;
  };

  it('are the newest ten of each engine, and over a restart the last one', async () => {
    const data = tempFolder();
    const cards = await reopened(data);
    for (let n = 1; n <= KEPT + 2; n++) cards.add('a', card(`${n}`));
    cards.add('b', card('b1'));
    expect(cards.of('a').map(({ at }) => at)).toEqual(['12', '11', '10', '9', '8', '7', '6', '5', '4', '3']);
    expect(cards.of('nobody')).toEqual([]);
    await cards.settled();
    const next = await reopened(data);
    expect([next.of('a'), next.of('b')].map((kept) => kept.map(({ at }) => at))).toEqual([['12'], ['b1']]);
    expect(statSync(join(data, 'crashes.json')).mode & 0o77).toBe(0);
  });

  it('go with their engine', async () => {
    const data = tempFolder();
    const cards = await reopened(data);
    cards.add('a', card('1'));
    cards.add('b', card('1'));
    cards.keepOnly(new Set(['b', 'c']));
    await cards.settled();
    const next = await reopened(data);
    expect([next.of('a').length, next.of('b').length]).toEqual([0, 1]);
  });

  it.each([
    ['', []],
    ['{"a": {"at": 3}, "b": null}', []],
    [`{"a": 7, "b": ${JSON.stringify(card('1'))}}`, ['1']],
    ['[1, 2]', []],
  ])('are none where the file holds %s', async (text, kept) => {
    const data = tempFolder();
    writeFileSync(join(data, 'crashes.json'), text);
    expect((await reopened(data)).of('b').map(({ at }) => at)).toEqual(kept);
  });

  it('stay in memory when the disk takes nothing', async () => {
    const cards = new CrashCards(join(tempFolder(), 'not', 'there'));
    cards.add('a', card('1'));
    await cards.settled();
    expect(cards.of('a')).toHaveLength(1);
  });
});
