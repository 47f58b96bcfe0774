import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobView } from '../../../../shared/model.ts';
import { type ModelHost, startModelHost } from '../../../fixtures/servers/model-host.ts';
import { startTestHost, type TestHost } from '../../../support/host.ts';
import { serve } from '../../../support/serve.ts';
import { standIn, startStandIn } from '../../../support/stand-ins.ts';
import { tinyModelBytes } from '../../../support/tiny-model-bytes.ts';
import { tempFolder } from '../../../support/tmp.ts';
import { describeNeeding, llamaServer } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const MODEL = tinyModelBytes();
const HALF = Math.floor(MODEL.length / 2);

let files: ModelHost;
let folder: string;

beforeEach(async () => {
  files = await startModelHost();
  folder = tempFolder();
  process.env.HF_ENDPOINT = files.url;
});
afterEach(async () => {
  delete process.env.HF_ENDPOINT;
  delete process.env.STACKYARD_SECRET_HUGGINGFACE;
  await files.close();
});

const llama = (command: string | null = llamaServer) => `version: 1
gateway: { port: 0 }
engines:
  llama:
    kind: llama.cpp
    command: ${JSON.stringify(command ?? 'llama-server')}
    models_dir: ${JSON.stringify(folder)}
    args: ["-t", "1"]
`;

const jobOf = (host: TestHost, id: string) =>
  host.call('jobs.list', {}).then((jobs) => jobs.find((job) => job.id === id) as JobView);

async function ended(host: TestHost, id: string): Promise<JobView> {
  return until('the job has ended', async () => {
    const job = await jobOf(host, id);
    return job.ended === null ? null : job;
  });
}

const listed = (host: TestHost, id: string) => host.host.snapshot().models.find((model) => model.id === id);

describeNeeding(['llama-server'], 'a model pulled for a real llama-server', () => {
  it('is known to the running router at once, and can be loaded', async () => {
    const host = await startTestHost(llama());
    await host.call('engines.start', { names: ['llama'], wait_ms: 60_000 });
    files.serve('/m/pulled.gguf', MODEL);
    const { id } = await host.call('model.pull', {
      engine: 'llama',
      model: `${files.url}/m/pulled.gguf`,
      sha256: null,
    });
    expect(await ended(host, id)).toMatchObject({
      phase: 'done',
      outcome: `It is in ${join(folder, 'pulled.gguf')}.`,
      done_bytes: MODEL.length,
      total_bytes: MODEL.length,
    });
    expect(listed(host, 'pulled')?.targets[0]?.phase).toBe('not_loaded');
    expect(await host.call('model.load', { model: 'pulled', engine: 'llama' })).toEqual([
      { engine: 'llama', ok: true, cause: null },
    ]);
  });

  it('in parts is one model, which loads', async () => {
    const host = await startTestHost(llama());
    await host.call('engines.start', { names: ['llama'], wait_ms: 60_000 });
    // Both hold the whole model: what is tested is where they are put and under which name they are seen.
    for (const n of [1, 2]) files.serve(`/o/r/resolve/main/big-0000${n}-of-00002.gguf`, MODEL);
    const model = 'hf:o/r/big-00001-of-00002.gguf';
    const { id } = await host.call('model.pull', { engine: 'llama', model, sha256: null });
    expect(await ended(host, id)).toMatchObject({ phase: 'done', outcome: `It is in ${join(folder, 'big')}.` });
    expect(listed(host, 'big')).toBeDefined();
    expect(listed(host, 'big-00001-of-00002')).toBeUndefined();
  });
});

describe('a model pulled for a stopped engine', () => {
  it('is listed right away; the token of the secret goes to the hub', async () => {
    const host = await startTestHost(llama('no-such-llama-server'));
    process.env.STACKYARD_SECRET_HUGGINGFACE = 'hf_of_secret';
    files.serve('/o/r/resolve/main/tiny.gguf', MODEL);
    const { id } = await host.call('model.pull', { engine: 'llama', model: 'hf:o/r/tiny.gguf', sha256: null });
    expect(await ended(host, id)).toMatchObject({ phase: 'done', title: 'hf:o/r/tiny.gguf' });
    expect(files.seen[0]?.headers.authorization).toBe('Bearer hf_of_secret');
    await until('it is listed', () => listed(host, 'tiny') !== undefined);
  });

  it('is one download however often it is asked for, cancelled and gone on with', async () => {
    const host = await startTestHost(llama('no-such-llama-server'));
    files.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'stop', after: HALF }] });
    const ask = () =>
      host.call('model.pull', { engine: 'llama', model: `${files.url}/m/tiny.gguf?key=secret`, sha256: null });
    const first = await ask();
    expect(await ask()).toEqual({ id: first.id, joined: true });
    await until('half of it is there', async () => (await jobOf(host, first.id)).done_bytes === HALF);
    expect(await host.call('job.cancel', { id: first.id })).toMatchObject({
      phase: 'cancelled',
      title: `${files.url}/m/tiny.gguf`,
    });
    expect(JSON.stringify(readFileSync(join(folder, 'tiny.gguf.part.json'), 'utf8'))).not.toContain('secret');
    await host.call('job.retry', { id: first.id });
    expect(await ended(host, first.id)).toMatchObject({ phase: 'done' });
    expect(files.seen.map(({ path, headers }) => [path, headers.range])).toEqual([
      ['/m/tiny.gguf?key=secret', undefined],
      ['/m/tiny.gguf?key=secret', `bytes=${HALF}-`],
    ]);
  });

  it('leaves nothing when it is cancelled and dismissed', async () => {
    const host = await startTestHost(llama('no-such-llama-server'));
    files.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'stop', after: HALF }] });
    const model = `${files.url}/m/tiny.gguf`;
    const { id } = await host.call('model.pull', { engine: 'llama', model, sha256: null });
    await until('half of it is there', async () => (await jobOf(host, id)).done_bytes === HALF);
    await expect(host.call('job.dismiss', { id })).rejects.toMatchObject({ code: 'bad_input' });
    await host.call('job.cancel', { id });
    await host.call('job.dismiss', { id });
    expect(existsSync(join(folder, 'tiny.gguf.part'))).toBe(false);
    expect(await host.call('jobs.list', {})).toEqual([]);
  });

  it('ends with the host, and is gone on with by the next one', async () => {
    const data = tempFolder();
    const host = await startTestHost(llama('no-such-llama-server'), { data });
    files.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'stop', after: HALF }] });
    const ask = { engine: 'llama', model: `${files.url}/m/tiny.gguf`, sha256: null };
    const { id } = await host.call('model.pull', ask);
    await until('half of it is there', async () => (await jobOf(host, id)).done_bytes === HALF);
    await host.host.stop();
    expect(statSync(join(folder, 'tiny.gguf.part')).size).toBe(HALF);
    const next = await startTestHost(llama('no-such-llama-server'), { data });
    expect(await ended(next, (await next.call('model.pull', ask)).id)).toMatchObject({ phase: 'done' });
    expect(files.seen.at(-1)?.headers.range).toBe(`bytes=${HALF}-`);
  });

  it('is gone on with after the host was killed', async () => {
    files.serve('/m/tiny.gguf', MODEL, { faults: [{ do: 'stop', after: HALF }] });
    const home = tempFolder();
    const config = llama('no-such-llama-server');
    const url = `${files.url}/m/tiny.gguf`;
    const first = await serve(config, { folder: home });
    expect((await first.run('pull', 'llama', url, '--no-wait')).code).toBe(0);
    const part = join(folder, 'tiny.gguf.part');
    await until('half of it is there', () => existsSync(part) && statSync(part).size === HALF);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await serve(config, { folder: home });
    expect(await second.run('pull', 'llama', url)).toMatchObject({ code: 0, out: `llama: got ${url}\n` });
    expect(readFileSync(join(folder, 'tiny.gguf')).equals(MODEL)).toBe(true);
    expect(files.seen.map(({ headers }) => headers.range)).toEqual([undefined, `bytes=${HALF}-`]);
  });
});

describe('what is refused before anything begins', () => {
  it('says what to do instead', async () => {
    mkdirSync(join(folder, 'x'));
    writeFileSync(join(folder, 'x', 'm.gguf'), '');
    const host = await startTestHost(`version: 1
gateway: { port: 0 }
engines:
  folder: { kind: llama.cpp, models_dir: ${JSON.stringify(folder)} }
  one: { kind: llama.cpp, model: ${JSON.stringify(join(folder, 'x', 'm.gguf'))} }
  vllm: { kind: vllm, model: org/model }
  cloud: { kind: openai, url: "http://127.0.0.1:1/v1" }
  ollama: { kind: ollama, url: "http://127.0.0.1:1", mode: external }
`);
    const refused = (engine: string, model: string, sha256: string | null = null) =>
      host.call('model.pull', { engine, model, sha256 }).then(
        () => null,
        (error: { code: string; hint: string | null }) => ({ code: error.code, hint: error.hint !== null }),
      );
    for (const engine of ['one', 'vllm', 'cloud'])
      expect(await refused(engine, 'hf:o/r/x.gguf')).toEqual({ code: 'pull_unsupported', hint: true });
    expect(await refused('nobody', 'x')).toEqual({ code: 'unknown_engine', hint: true });
    expect(await refused('folder', 'qwen2.5:7b')).toEqual({ code: 'bad_input', hint: true });
    expect(await refused('folder', 'hf:o/r/../../x.gguf')).toEqual({ code: 'bad_input', hint: true });
    expect(await refused('folder', 'hf:o/r/x.gguf', 'abc')).toMatchObject({ code: 'bad_input' });
    expect(await refused('folder', 'hf:o/r/x-00001-of-00002.gguf', 'a'.repeat(64))).toMatchObject({
      code: 'bad_input',
    });
    expect(await refused('ollama', 'hf:o/r/x.gguf')).toEqual({ code: 'bad_input', hint: true });
    expect(await refused('ollama', 'tiny', 'a'.repeat(64))).toEqual({ code: 'bad_input', hint: true });
    const pulls = host.host.snapshot().engines.map(({ name, pulls }) => [name, pulls]);
    expect(pulls).toEqual([
      ['folder', 'file'],
      ['one', null],
      ['vllm', null],
      ['cloud', null],
      ['ollama', 'name'],
    ]);
  });
});

describeNeeding(['posix'], 'a model pulled by Ollama (stand-in)', () => {
  const managed = (faults: string) => `version: 1
gateway: { port: 0 }
engines:
  ollama:
    kind: ollama
    mode: managed
    command: ${JSON.stringify(standIn('ollama'))}
    env: { STAND_IN_FAULTS: "${faults}" }
`;
  const pull = async (host: TestHost, model: string) =>
    ended(host, (await host.call('model.pull', { engine: 'ollama', model, sha256: null })).id);

  it('starts it if need be, shows how it gets on, and lists it', async () => {
    const host = await startTestHost(managed('pull-size=5000000'));
    expect(await pull(host, 'qwen2.5:0.5b')).toMatchObject({
      phase: 'done',
      title: 'qwen2.5:0.5b',
      done_bytes: 5_000_000,
      total_bytes: 5_000_000,
    });
    await until('it is listed', () => listed(host, 'qwen2.5:0.5b') !== undefined);
  });

  it('goes on when the connection is cut', async () => {
    const host = await startTestHost(managed('pull-cut,pull-pace=20'));
    const { id } = await host.call('model.pull', { engine: 'ollama', model: 'tiny2', sha256: null });
    await until(
      'it waits',
      async () => (await jobOf(host, id)).phase === 'waiting' && (await jobOf(host, id)).done_bytes,
    );
    await fetch(`${host.engine('ollama').url}/stand-in/faults`, { method: 'POST', body: 'pull-cut=off' });
    expect(await ended(host, id)).toMatchObject({ phase: 'done' });
  });

  it('says what it says when there is no such model', async () => {
    const host = await startTestHost(managed(''));
    expect(await pull(host, 'missing:1b')).toMatchObject({
      phase: 'failed',
      cause: { code: 'download_failed', message: expect.stringContaining('file does not exist') },
    });
  });

  it('works with one that somebody else runs, and is cancelled by hanging up', async () => {
    const theirs = await startStandIn('ollama', { faults: 'pull-pace=50' });
    try {
      const host = await startTestHost(`version: 1
gateway: { port: 0 }
engines: { ollama: { kind: ollama, mode: external, url: "${theirs.url}" } }
`);
      const { id } = await host.call('model.pull', { engine: 'ollama', model: 'big', sha256: null });
      await until('it is under way', async () => ((await jobOf(host, id)).done_bytes ?? 0) > 0);
      expect(await host.call('job.cancel', { id })).toMatchObject({ phase: 'cancelled', cause: null });
      await host.call('job.retry', { id });
      expect(await ended(host, id)).toMatchObject({ phase: 'done' });
      expect((await theirs.state()).requests['POST /api/pull']).toBe(2);
    } finally {
      await theirs.stop();
    }
  });

  it('fails with the engine’s cause when it does not start', async () => {
    const host = await startTestHost(managed('').replace(standIn('ollama'), '/no/such/ollama'));
    expect(await pull(host, 'tiny')).toMatchObject({ phase: 'failed', cause: { code: 'command_not_found' } });
  });
});
