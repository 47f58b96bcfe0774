/** The llama.cpp profile against a real llama-server: what it launches is asked what it says can be asked. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { explainExit } from '../../../electron/core/causes.ts';
import { addressOf } from '../../../electron/engines/address.ts';
import { llamaCpp } from '../../../electron/engines/llama-cpp.ts';
import type { ReportedModel, RequestSpec } from '../../../electron/engines/profile.ts';
import { ask } from '../../../electron/host/ask.ts';
import type { EngineConfig } from '../../../shared/config/schema.ts';
import { engineConfig } from '../../support/engine-config.ts';
import { freePort } from '../../support/ports.ts';
import { stop } from '../../support/processes.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

interface Run {
  config: EngineConfig;
  address: string;
  child: ChildProcess;
  log(): string;
  ask(spec: RequestSpec): ReturnType<typeof ask>;
}

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await stop(child);
});

async function run(written: Record<string, unknown>, port?: number): Promise<Run> {
  const args = ['-t', '1', ...((written.args as string[] | undefined) ?? [])];
  const config = engineConfig({ ...written, kind: 'llama.cpp', command: need(llamaServer), args });
  const platform = process.platform as 'linux' | 'darwin' | 'win32';
  const given = port ?? (await freePort());
  const launch = llamaCpp.launch(config, { host: '127.0.0.1', port: given, platform, home: tempFolder() });
  if ('cause' in launch) throw new Error(launch.cause.message);
  const { command, args: argv, env } = launch;
  const child = spawn(command, argv, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const address = addressOf(config, given) ?? '';
  return {
    config,
    address,
    child,
    log: () => output,
    ask: (spec) => ask(address, spec, { apiKey: config.api_key, timeoutMs: 20_000 }),
  };
}

const ready = (engine: Run) =>
  until('ready', async () => llamaCpp.judge(await engine.ask(llamaCpp.probes.ready)).state === 'ready');

async function models(engine: Run): Promise<readonly ReportedModel[]> {
  const { models: spec } = llamaCpp.probes;
  return (spec && llamaCpp.reported(await engine.ask(spec))) ?? [];
}

const phaseOf = async (engine: Run, id: string) => (await models(engine)).find((model) => model.id === id)?.phase;

describeNeeding(['llama-server'], 'one model', () => {
  it('becomes ready, is itself, and has its model under the id that was foretold', async () => {
    const engine = await run({ model: need(tinyModel) });
    await ready(engine);
    expect(llamaCpp.identify(await engine.ask(llamaCpp.probes.identify))).toBe(true);
    expect(llamaCpp.version(await engine.ask({ method: 'GET', path: '/props' }))).toMatch(/^b\d+/);
    expect(await models(engine)).toMatchObject([
      { id: 'tiny', phase: 'ready', progress: null, context_length: 2048, loadable: false },
    ]);
    expect(llamaCpp.loadsModels(engine.config, await models(engine))).toBe(false);
  });

  it('wants the key that came by variable, answers no foreign page, and has metrics', async () => {
    const engine = await run({ model: need(tinyModel), api_key: 'quite-secret' });
    await ready(engine);
    expect(engine.child.spawnargs.join(' ')).not.toContain('quite-secret');
    expect((await ask(engine.address, { method: 'GET', path: '/models' })).status).toBe(401);
    expect(await models(engine)).toHaveLength(1);
    expect((await engine.ask({ method: 'GET', path: '/metrics' })).status).toBe(200);
    const page = await fetch(`${engine.address}/health`, { headers: { origin: 'https://evil.example' } });
    expect(page.headers.get('access-control-allow-origin') ?? '').not.toMatch(/evil|\*/);
  });
});

describeNeeding(['llama-server', 'posix'], 'a start that fails', () => {
  const cause = async (engine: Run) => {
    const [code, signal] = await once(engine.child, 'close');
    return explainExit({ failures: llamaCpp.failures, logTail: engine.log(), code, signal });
  };

  it('is explained for a missing file, no model, a bad argument and a taken port', async () => {
    const folder = tempFolder();
    const text = join(folder, 'text.gguf');
    writeFileSync(text, '#!/usr/bin/env not a model\n');
    const missing = join(folder, 'gone.gguf');
    expect(await cause(await run({ model: missing }))).toMatchObject({
      code: 'model_file_missing',
      message: expect.stringContaining(missing),
    });
    expect((await cause(await run({ model: text }))).code).toBe('model_file_broken');
    expect(await cause(await run({ model: need(tinyModel), args: ['--frobnicate'] }))).toMatchObject({
      code: 'unknown_argument',
      message: expect.stringContaining('--frobnicate'),
    });
    expect((await cause(await run({ model: need(tinyModel), args: ['-c', 'many'] }))).code).toBe('invalid_argument');

    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    expect((await cause(await run({ model: need(tinyModel) }, port))).code).toBe('port_busy');
    holder.close();
  });

  const root = process.getuid?.() === 0;
  const unless = root ? ' (skipped: root may read every file)' : '';
  it.skipIf(root)(`is explained for a file that may not be read${unless}`, async () => {
    const locked = join(tempFolder(), 'locked.gguf');
    copyFileSync(need(tinyModel), locked);
    chmodSync(locked, 0o000);
    expect((await cause(await run({ model: locked }))).code).toBe('permission_denied');
  });
});

describeNeeding(['llama-server'], 'a folder of models', () => {
  function folder(): string {
    const path = tempFolder();
    mkdirSync(join(path, 'below'));
    copyFileSync(need(tinyModel), join(path, 'tiny-a.gguf'));
    copyFileSync(need(tinyModel), join(path, 'below', 'tiny-b.gguf'));
    writeFileSync(join(path, 'broken.gguf'), 'GGUFbroken');
    return path;
  }

  it('is listed, loaded and unloaded one by one, with progress told; a broken one fails', async () => {
    const engine = await run({ models_dir: folder() });
    await ready(engine);
    expect((await models(engine)).map(({ id, phase }) => [id, phase]).sort()).toEqual([
      ['below', 'not_loaded'],
      ['broken', 'not_loaded'],
      ['tiny-a', 'not_loaded'],
    ]);
    expect(llamaCpp.loadsModels(engine.config)).toBe(true);

    const { loading, progress } = llamaCpp;
    if (loading === null || progress === null) throw new Error('The profile can’t load models.');
    const told: ReportedModel[] = [];
    const abort = new AbortController();
    const stream = await fetch(`${engine.address}${progress.stream.path}`, { signal: abort.signal });
    const reading = collect(stream, (data) => {
      const one = progress.read(data);
      if (one) told.push(one);
    });

    expect((await engine.ask(loading.load('tiny-a'))).status).toBe(200);
    await until('loaded', async () => (await phaseOf(engine, 'tiny-a')) === 'ready');
    await until('told', () => told.some(({ id, phase }) => id === 'tiny-a' && phase === 'ready'));
    expect(told.find(({ phase }) => phase === 'loading')?.id).toBe('tiny-a');

    expect((await engine.ask(loading.unload('tiny-a'))).status).toBe(200);
    await until('unloaded', async () => (await phaseOf(engine, 'tiny-a')) === 'not_loaded');

    // It says yes to this too.
    expect((await engine.ask(loading.load('broken'))).status).toBe(200);
    await until('failed', async () => (await phaseOf(engine, 'broken')) === 'failed');
    abort.abort();
    await reading;
  });

  it('is woken by no probe', async () => {
    const engine = await run({ models_dir: folder() });
    await ready(engine);
    for (const spec of Object.values(llamaCpp.probes)) if (spec) await engine.ask(spec);
    expect((await models(engine)).every(({ phase }) => phase === 'not_loaded')).toBe(true);
  });
});

describeNeeding(['llama-server'], 'a preset', () => {
  it('has its models under their names and aliases, and loads by either', async () => {
    const preset = join(tempFolder(), 'models.ini');
    writeFileSync(preset, `[mine]\nmodel = ${need(tinyModel)}\nalias = other-name\n`);
    const engine = await run({ preset });
    await ready(engine);
    expect((await models(engine)).map(({ id }) => id)).toEqual(expect.arrayContaining(['mine', 'other-name']));
    const { loading } = llamaCpp;
    expect(loading && (await engine.ask(loading.load('other-name'))).status).toBe(200);
    await until('both ready', async () => (await phaseOf(engine, 'mine')) === 'ready');
    expect(await phaseOf(engine, 'other-name')).toBe('ready');
  });
});

async function collect(response: Response, told: (data: unknown) => void): Promise<void> {
  let held = '';
  try {
    for await (const chunk of response.body ?? []) {
      const events = (held + Buffer.from(chunk).toString()).split('\n\n');
      held = events.pop() ?? '';
      for (const event of events) told(JSON.parse(event.replace(/^data: /, '')));
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
}
