/** LiteLLM for real: killed under traffic, watched without a request upstream, and with a config file of the user's. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isListening } from '../../../electron/host/ports.ts';
import { instanceId } from '../../support/ledger.ts';
import { llamaEngine, READY, SLOW, startLitellmHost } from '../../support/litellm-host.ts';
import { freePort } from '../../support/ports.ts';
import { isAlive } from '../../support/processes.ts';
import { watchRuns } from '../../support/run-watch.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';
import { send, startTraffic, tally } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const MINUTES = 60_000;

describeNeeding(['litellm', 'llama-server', 'linux'], 'a real LiteLLM', () => {
  it('is ready again after each of three kills under traffic, and gone after the stop', {
    timeout: 15 * MINUTES,
  }, async () => {
    const host = await startLitellmHost(`version: 1
gateway: { port: 0 }
engines:
${llamaEngine('    start: with-app\n')}  litellm:
    kind: litellm
    restart: { max: 25, window: 30m, backoff: 20ms }
models: { small: { targets: [{ engine: llama, model: tiny }] } }
`);
    const { call, engine, gateway, data } = host;
    const url = await gateway();
    const watch = watchRuns(() => instanceId(data));
    expect(await call('engines.start', READY)).toMatchObject([{ ok: true }]);
    const traffic = startTraffic(url, ['litellm/small'], { clients: 2, tokens: 200 });
    for (let n = 1; n <= 3; n += 1) {
      await until('a client gets its answer through LiteLLM', () => traffic.streaming() > 0, SLOW);
      const { pid } = engine('litellm');
      process.kill(pid ?? 0, 'SIGKILL');
      await until(
        `it is ready again after kill ${n}`,
        () => {
          const now = engine('litellm');
          if (now.phase === 'failed') throw new Error(now.cause?.message);
          return now.phase === 'ready' && now.pid !== pid;
        },
        SLOW,
      );
    }
    const endings = await traffic.stop();
    expect(endings.filter(({ how }) => how === 'cut' || how === 'hung')).toEqual([]);
    expect(tally(endings).answered).toBeGreaterThan(0);
    expect(engine('litellm').restarts).toBe(3);
    const { pid, port } = engine('litellm');
    expect(await call('engines.stop', READY)).toMatchObject([{ ok: true }]);
    watch.stop();
    expect(watch.offences).toEqual([]);
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(await isListening('127.0.0.1', port ?? 0)).toBe(false);
  });

  it('is watched without a request to what is behind it', { timeout: 5 * MINUTES }, async () => {
    const asked: string[] = [];
    const upstream = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(404).end();
    });
    const port = await freePort();
    await new Promise<void>((done) => upstream.listen(port, '127.0.0.1', done));
    try {
      const folder = tempFolder();
      writeFileSync(
        join(folder, 'own.yaml'),
        `model_list:
  - { model_name: a, litellm_params: { model: openai/a, api_base: "http://127.0.0.1:${port}/v1", api_key: k } }
`,
      );
      const { call, engine } = await startLitellmHost(
        `version: 1
gateway: { port: 0 }
engines: { litellm: { kind: litellm, config: own.yaml, health: { every: 100ms } } }
`,
        folder,
      );
      expect(await call('engines.start', READY)).toMatchObject([{ ok: true }]);
      const probes = async () => {
        const { lines } = await call('logs.read', { engine: 'litellm', after: null, before: null, limit: 5000 });
        return lines.filter((line) => line.text.includes('/health/liveliness')).length;
      };
      await until('it was probed 20 times', async () => (await probes()) >= 20, SLOW);
      expect(engine('litellm').phase).toBe('ready');
      // LiteLLM itself reads the list of an OpenAI-compatible server once when it starts, which wakes nothing.
      expect(asked.filter((line) => line !== 'GET /v1/models')).toEqual([]);
      expect(asked.length).toBeLessThanOrEqual(1);
    } finally {
      upstream.close();
    }
  });
});

describeNeeding(['litellm', 'llama-server'], 'a real LiteLLM with a file of the user’s', () => {
  const good = (port: number, name: string) => `# mine
model_list:
  - model_name: ${name}
    litellm_params:
      model: openai/tiny
      api_base: http://127.0.0.1:${port}/v1
      api_key: none
`;
  const broken = (port: number) => `${good(port, 'one')}router_settings:
  model_group_alias:
    one:
      - Qwen/Qwen2.5-Coder-7B-Instruct-AWQ
`;

  it('is not started with an error, goes on when its file breaks, and takes up the file that is mended', {
    timeout: 15 * MINUTES,
  }, async () => {
    const llamaPort = await freePort();
    const folder = tempFolder();
    const file = join(folder, 'litellm.yaml');
    writeFileSync(file, broken(llamaPort));
    const { call, engine, gateway } = await startLitellmHost(
      `version: 1
gateway: { port: 0 }
engines:
${llamaEngine(`    port: ${llamaPort}\n    start: with-app\n`)}  litellm: { kind: litellm, config: litellm.yaml }
`,
      folder,
    );
    const url = await gateway();
    const [refused] = await call('engines.start', READY);
    expect(refused?.cause).toMatchObject({ code: 'engine_config_invalid' });
    expect(refused?.cause?.message).toContain(`${file}:10:5: `);
    expect(refused?.cause?.message).toContain('list indices must be integers');
    expect(engine('litellm')).toMatchObject({ phase: 'failed', restarts: 0, pid: null });
    const setup = await call('engine.setup', { engine: 'litellm' });
    expect(setup?.file.findings).toMatchObject([{ line: 10, column: 5, fix: { title: 'Remove the alias `one`' } }]);
    expect(setup?.file.findings[0]?.frame).toContain('10 |     one:');

    // Mended, it starts by itself.
    writeFileSync(file, good(llamaPort, 'one'));
    await until('it is ready', () => engine('litellm').phase === 'ready', SLOW);
    expect(await send(url, 'litellm/one', { tokens: 20 })).toMatchObject({ how: 'answered' });
    const { pid } = engine('litellm');

    // Broken while it runs: it goes on, and says so.
    writeFileSync(file, broken(llamaPort));
    await until('the finding is shown', () => engine('litellm').cause?.code === 'engine_config_invalid');
    expect(engine('litellm')).toMatchObject({ phase: 'ready', pid });
    expect(await send(url, 'litellm/one', { tokens: 20 })).toMatchObject({ how: 'answered' });

    // Mended to what runs: nothing to do but to take the finding back.
    writeFileSync(file, good(llamaPort, 'one'));
    await until('the finding is gone', () => engine('litellm').cause === null);
    expect(engine('litellm')).toMatchObject({ phase: 'ready', pid });

    // Another file: it restarts, after what is under way.
    const traffic = startTraffic(url, ['litellm/one'], { clients: 1, tokens: 400 });
    await until('an answer is under way', () => traffic.streaming() > 0, SLOW);
    writeFileSync(file, good(llamaPort, 'two'));
    await until('it runs again', () => engine('litellm').phase === 'ready' && engine('litellm').pid !== pid, SLOW);
    const endings = await traffic.stop();
    // Those that come after the restart ask for a name that is gone (400); none that was under way is broken.
    expect(endings.filter(({ how, code }) => how !== 'answered' && code !== '400')).toEqual([]);
    expect(await send(url, 'litellm/two', { tokens: 20 })).toMatchObject({ how: 'answered' });
    expect(await send(url, 'litellm/one', { tokens: 20 })).toMatchObject({ how: 'refused' });
  });
});
