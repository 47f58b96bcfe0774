/**
 * LiteLLM configs imported, exported again, and run: a real LiteLLM with the exported file answers under every name, through our
 * gateway and a real llama-server that stands at the place of every server named in them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { OFFLINE } from '../../../electron/host/litellm-environment.ts';
import { installedLitellm } from '../../../electron/host/litellm-install.ts';
import { GATEWAY_KEY, generateLitellm, MASTER_KEY } from '../../../shared/config/litellm-generate.ts';
import { importLitellm } from '../../../shared/config/litellm-import.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import { startTestHost } from '../../support/host.ts';
import { type Llama, startLlama } from '../../support/llama.ts';
import { freePort } from '../../support/ports.ts';
import { stop } from '../../support/processes.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, litellmData, need, top } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const folder = join(top, 'tests', 'fixtures', 'litellm-configs');
const KEY = 'sk-round-trip';

/** The imported config with every server replaced by one that is there; names, targets and routing stay. */
function withServer(text: string, url: string): string {
  const file = parse(text) as { engines: Record<string, unknown> };
  const engines = Object.keys(file.engines).map((name) => [name, { kind: 'openai', url }]);
  return stringify({ ...file, gateway: { port: 0 }, engines: Object.fromEntries(engines) });
}

async function ask(url: string, key: string, model: string) {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, max_tokens: 4, temperature: 0, messages: [{ role: 'user', content: 'Hi' }] }),
    signal: AbortSignal.timeout(120_000),
  });
  const text = await answer.text();
  return { status: answer.status, text, route: answer.headers.get('x-stackyard-route') };
}

describeNeeding(['litellm', 'llama-server', 'posix'], 'a LiteLLM config imported and exported', () => {
  let llama: Llama;
  let proxy: ChildProcess | null = null;
  beforeAll(async () => {
    llama = await startLlama();
  });
  afterAll(async () => {
    await llama.stop();
  });

  const files = readdirSync(folder).filter((name) => name !== 'wildcards.yaml');
  it.each(files)('serves the same names: %s', { timeout: 300_000 }, async (name) => {
    const { text } = importLitellm(readFileSync(join(folder, name), 'utf8'));
    const ours = withServer(text ?? '', `${llama.url}/v1`);
    const { config } = parseConfig(ours);
    if (config === null) throw new Error(ours);
    const host = await startTestHost(ours);
    const gateway = await host.gateway();
    const exported = generateLitellm(config, `${gateway}/v1`, { needsKey: false });
    expect(exported.names).toEqual([...Object.keys(config.models), ...Object.keys(config.aliases)]);

    const file = join(tempFolder(), 'exported.yaml');
    writeFileSync(file, exported.text);
    const port = await freePort();
    const python = need(await installedLitellm(need(litellmData)));
    const run = ['-c', 'from litellm import run_server; run_server()', '--config', file];
    const child = spawn(python, [...run, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...OFFLINE, [MASTER_KEY]: KEY, [GATEWAY_KEY]: '' },
    });
    proxy = child;
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        log += chunk;
      });
    const url = `http://127.0.0.1:${port}`;
    try {
      await until(
        'LiteLLM answers',
        async () => {
          if (child.exitCode !== null) throw new Error(`LiteLLM ended with ${child.exitCode}:\n${log}`);
          const answer = await fetch(`${url}/health/liveliness`).catch(() => null);
          await answer?.arrayBuffer();
          return answer?.status === 200;
        },
        { deadline: 180_000 },
      );
      for (const model of exported.names) {
        const id = config.aliases[model] ?? model;
        const routes = config.models[id]?.targets.map((target) => `${target.engine}/${target.model}`);
        const direct = await ask(gateway, 'none', model);
        expect(direct.status, direct.text).toBe(200);
        expect(routes).toContain(decodeURIComponent(direct.route ?? ''));
        const through = await ask(url, KEY, model);
        expect(through.status, `${model}: ${through.text}\n${log}`).toBe(200);
        const content = (body: string) => JSON.parse(body).choices[0].message.content;
        expect(content(through.text)).toBe(content(direct.text));
      }
    } finally {
      await stop(child);
      proxy = null;
    }
  });

  afterAll(async () => {
    if (proxy !== null) await stop(proxy);
  });
});
