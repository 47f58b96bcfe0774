/**
 * Real engines that the suite does not get by itself, from start to stop, where somebody has built one and names it
 * (tests/fixtures/recordings/*\/about.json says how): as `kinds.int.test.ts` does with stand-ins, and what only real ones show.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KNOWN_ANSWER, makeTinyModel } from '../../../build/tiny-model.mjs';
import { startTestHost, type TestHost } from '../../support/host.ts';
import { isFree } from '../../support/ports.ts';
import { descendants, isAlive } from '../../support/processes.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaCppPython, need, ollama, tinyModel } from '../../support/tools.ts';
import { until, untilEqual } from '../../support/until.ts';

const only = (name: string) => ({ names: [name], wait_ms: 120_000 });
const pidOf = (host: TestHost) => host.engine('it').pid ?? 0;

async function up(lines: string): Promise<TestHost> {
  const host = await startTestHost(`version: 1\ngateway: { port: 0 }\nengines:\n  it:\n${lines}`);
  const [outcome] = await host.call('engines.start', only('it'));
  expect(outcome).toEqual({ engine: 'it', ok: true, cause: null });
  return host;
}

async function chat(host: TestHost, model: string, stream = false): Promise<string> {
  const answer = await fetch(`${await host.gateway()}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], stream }),
  });
  expect(answer.status).toBe(200);
  if (!stream)
    return (
      ((await answer.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? ''
    );
  const events = (await answer.text()).split('\n\n').filter((event) => event.startsWith('data: {'));
  return events.map((event) => JSON.parse(event.slice(6)).choices[0]?.delta.content ?? '').join('');
}

async function down(host: TestHost): Promise<void> {
  const { pid, port } = host.engine('it');
  const tree = [pid ?? 0, ...descendants(pid ?? 0)];
  expect(await host.call('engines.stop', only('it'))).toEqual([{ engine: 'it', ok: true, cause: null }]);
  expect(tree.filter(isAlive)).toEqual([]);
  expect(await isFree(port ?? 0)).toBe(true);
}

describeNeeding(['ollama', 'posix'], 'a real Ollama', () => {
  const phases = (host: TestHost) =>
    Object.fromEntries(
      host.host
        .snapshot()
        .models.filter((m) => m.origin === 'discovered')
        .map((m) => [m.id, m.targets[0]?.phase]),
    );

  const start = () => {
    const home = tempFolder();
    const env = JSON.stringify({ HOME: home, OLLAMA_MODELS: join(home, 'models') });
    return up(`    kind: ollama\n    mode: managed\n    command: ${JSON.stringify(need(ollama))}\n    env: ${env}\n`);
  };

  /** Sends our tiny model and gives it the name `tiny`. */
  async function create(host: TestHost): Promise<void> {
    const root = `http://127.0.0.1:${host.engine('it').port}`;
    const file = join(tempFolder(), 'tiny.gguf');
    makeTinyModel(file);
    const bytes = readFileSync(file);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    await fetch(`${root}/api/blobs/${digest}`, { method: 'POST', body: bytes });
    const made = await fetch(`${root}/api/create`, {
      method: 'POST',
      body: JSON.stringify({ model: 'tiny', files: { 'model.gguf': digest }, stream: false }),
    });
    expect(await made.json()).toEqual({ status: 'success' });
  }

  it('is started, loads, answers and unloads by its model’s short name, and is stopped with its runner', async () => {
    const host = await start();
    await create(host);
    await untilEqual('its models', () => phases(host), { 'tiny:latest': 'not_loaded' });
    expect(await host.call('model.load', { model: 'tiny', engine: null })).toMatchObject([{ ok: true }]);
    expect(phases(host)).toEqual({ 'tiny:latest': 'ready' });
    expect(await chat(host, 'tiny')).toBe(KNOWN_ANSWER);
    expect(await chat(host, 'it/tiny:latest', true)).toBe(KNOWN_ANSWER);
    expect(await host.call('model.unload', { model: 'tiny', engine: null })).toMatchObject([{ ok: true }]);
    expect(phases(host)).toEqual({ 'tiny:latest': 'not_loaded' });
    await host.call('model.load', { model: 'tiny', engine: null });
    expect(descendants(pidOf(host))).not.toEqual([]);
    await down(host);
  });

  it('leaves a runner when it is killed, which is gone before the next run', async () => {
    const host = await start();
    await create(host);
    await untilEqual('its models', () => phases(host), { 'tiny:latest': 'not_loaded' });
    await host.call('model.load', { model: 'tiny', engine: null });
    const before = pidOf(host);
    const runners = descendants(before);
    expect(runners).not.toEqual([]);
    process.kill(before, 'SIGKILL');
    await until('another run', () => host.engine('it').phase === 'ready' && pidOf(host) !== before);
    expect(runners.filter(isAlive)).toEqual([]);
    expect(await chat(host, 'tiny')).toBe(KNOWN_ANSWER);
    await down(host);
  });
});

describeNeeding(['llama-cpp-python', 'posix'], 'a real llama-cpp-python', () => {
  const start = (more = '') =>
    up(
      `    kind: llama-cpp-python\n    command: ${JSON.stringify(need(llamaCppPython))}\n` +
        `    model: ${JSON.stringify(need(tinyModel))}\n    api_key: quite-secret\n    args: ["--n_threads", "1"]\n${more}`,
    );

  it('is started with its key, answers several at once one after the other, and is stopped', async () => {
    const host = await start('    health: { every: 100ms }\n    env: { HOST: "203.0.113.1", PORT: "1" }\n');
    await untilEqual('its version', () => host.engine('it').version !== null, true);
    const answers = await Promise.all([chat(host, 'tiny', true), chat(host, 'tiny'), chat(host, 'tiny', true)]);
    expect(answers).toEqual([KNOWN_ANSWER, KNOWN_ANSWER, KNOWN_ANSWER]);
    await down(host);
  });

  it('says which file is missing', async () => {
    const model = join(tempFolder(), 'gone.gguf');
    const host = await startTestHost(
      `version: 1\ngateway: { port: 0 }\nengines:\n  it:\n    kind: llama-cpp-python\n` +
        `    command: ${JSON.stringify(need(llamaCppPython))}\n    model: ${JSON.stringify(model)}\n    restart: null\n`,
    );
    const [outcome] = await host.call('engines.start', only('it'));
    expect(outcome).toMatchObject({ ok: false, cause: { code: 'model_file_missing' } });
  });
});
