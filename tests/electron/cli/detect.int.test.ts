/** `stackyard detect` as the built program, on a home of its own; and a first config of all that it found. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { composeConfig, defaultPicks } from '../../../shared/config/starter.ts';
import type { Detected } from '../../../shared/contract/detected.ts';
import { type Llama, startLlama } from '../../support/llama.ts';
import { stop } from '../../support/processes.ts';
import { builtPrograms, serve } from '../../support/serve.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../../support/tools.ts';

describeNeeding(['llama-server', 'linux'], 'stackyard detect', () => {
  const home = tempFolder('home');
  const bin = join(home, 'bin');
  let llama: Llama;
  let ollama: ChildProcess;
  let ollamaPort: number;
  let env: Record<string, string>;

  beforeAll(async () => {
    mkdirSync(bin);
    symlinkSync(need(llamaServer), join(bin, 'llama-server'));
    mkdirSync(join(home, 'models'));
    copyFileSync(need(tinyModel), join(home, 'models/tiny.gguf'));
    writeFileSync(join(home, 'models/page.gguf'), '<!doctype html><title>Please sign in to download</title>');
    const site = join(home, '.venv/lib/python3.12/site-packages');
    mkdirSync(join(site, 'litellm-1.82.8.dist-info'), { recursive: true });
    writeFileSync(join(site, 'litellm-1.82.8.dist-info/METADATA'), 'Metadata-Version: 2.4\nVersion: 1.82.8\n');
    mkdirSync(join(home, '.venv/bin'));
    writeFileSync(join(home, '.venv/bin/litellm'), `#!/bin/sh\ntouch ${home}/was-run\n`, { mode: 0o755 });
    env = {
      PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_STATE_HOME: join(home, 'state'),
      LLAMA_ARG_THREADS: '1',
    };
    llama = await startLlama({ args: ['--alias', 'tiny'] });
    // A stand-in for Ollama: a program of that name that listens where nobody would look for it.
    const script = `process.title = 'ollama';
      const paths = { '/': 'Ollama is running', '/api/version': '{"version":"0.12.3"}', '/api/tags': '{"models":[{"name":"a:1"}]}' };
      require('http').createServer((q, r) => { r.statusCode = paths[q.url] ? 200 : 404; r.end(paths[q.url] ?? ''); })
        .listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
    ollama = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(ollama.stdout as NonNullable<typeof ollama.stdout>, 'data');
    ollamaPort = Number(String(said));
  });
  afterAll(async () => {
    await llama?.stop();
    if (ollama) await stop(ollama);
  });

  const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const cli = join(await builtPrograms(), 'cli.js');
    return new Promise((done) =>
      execFile(process.execPath, [cli, ...args], { env, cwd: home }, (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code), out, err }),
      ),
    );
  };
  const detected = async (): Promise<Detected & { schema: number }> =>
    JSON.parse((await run('detect', '--json')).out);

  it('finds programs, servers on any port, and models, without a host', async () => {
    const { code, out, err } = await run('detect', '--json');
    expect([code, err]).toEqual([0, '']);
    const document = JSON.parse(out) as Detected;
    expect(Object.keys(document)).toEqual(['schema', 'found', 'model_folders', 'gateway', 'config_path']);
    expect(document).toMatchObject({
      schema: 1,
      config_path: join(home, 'config/stackyard/stackyard.yaml'),
      found: expect.arrayContaining([
        expect.objectContaining({
          kind: 'llama.cpp',
          running: expect.objectContaining({ port: llama.port, models: ['tiny'] }),
        }),
        expect.objectContaining({ kind: 'ollama', version: '0.12.3', title: 'Ollama' }),
        expect.objectContaining({ kind: 'llama.cpp', command: join(bin, 'llama-server'), on_path: true }),
        expect.objectContaining({
          kind: 'litellm',
          command: join(home, '.venv/bin/litellm'),
          version: '1.82.8',
          blocked: expect.stringContaining('steals credentials'),
        }),
      ]),
      model_folders: expect.arrayContaining([
        expect.objectContaining({
          path: join(home, 'models'),
          models_dir: true,
          models: [
            expect.objectContaining({ name: 'page', problem: 'not readable: it is no GGUF file' }),
            expect.objectContaining({ name: 'tiny', quantization: 'F32', context_length: 2048, problem: null }),
          ],
        }),
      ]),
    });
    expect(() => readFileSync(join(home, 'was-run'))).toThrow();
  });

  it('says it in words', async () => {
    const { code, out } = await run('detect');
    expect(code).toBe(0);
    expect(out).toMatch(/^RUNNING +VERSION +ADDRESS +PROCESS +MODELS$/m);
    expect(out).toContain(`http://127.0.0.1:${llama.port}  pid ${llama.pid} (llama-server)`);
    expect(out).toMatch(/^INSTALLED +VERSION +PROGRAM$/m);
    expect(out).toMatch(/LiteLLM 1\.82\.8 is a compromised release/);
    expect(out).toContain(`${join(home, 'models')}: 2 files`);
    expect(out).toMatch(/^ {2}tiny +chat +F32 +2048 /m);
    expect(out).toContain('    not readable: it is no GGUF file');
  });

  it('makes a first config without a finding, in which each engine starts or answers', async () => {
    const found = await detected();
    // What else runs on this machine is left alone by this test.
    const ports = [llama.port, ollamaPort];
    const ours = defaultPicks({
      ...found,
      found: found.found.filter(({ command, running }) =>
        running === null ? command?.startsWith(bin) : ports.includes(running.port),
      ),
    });
    expect(ours.map(({ found: one }) => one.kind).sort()).toEqual(['llama.cpp', 'llama.cpp', 'ollama']);
    const text = composeConfig({ gatewayPort: found.gateway.port, picks: ours });
    const file = join(home, 'first.yaml');
    writeFileSync(file, text);
    const checked = await run('check', file);
    expect(checked.out).toMatch(/(^|\n)0 errors, 0 warnings\n$/);
    expect(checked.code).toBe(0);

    const served = await serve(text.replace(/port: \d+ # for.*/, 'port: 0'), { folder: tempFolder('first'), env });
    const names = (await served.status()).engines.map((engine) => engine.name);
    expect(names).toHaveLength(3);
    const up = await served.run('up', ...names);
    expect(up.code, up.err).toBe(0);
    const phases = (await served.status()).engines.map(({ name, phase }) => [name, phase]);
    expect(phases).toEqual(names.map((name) => [name, 'ready']));
  });
});
