/**
 * LiteLLM configs imported, exported again, and run: a real LiteLLM with the exported file answers under every name, through our
 * gateway and a real llama-server that stands at the place of every server named in them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { GATEWAY_KEY, generateLitellm, MASTER_KEY } from '../../../shared/config/litellm-generate.ts';
import { importLitellm } from '../../../shared/config/litellm-import.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import { startTestHost } from '../../support/host.ts';
import { askProxy, type LitellmProxy, startLitellmProxy } from '../../support/litellm-proxy.ts';
import { type Llama, startLlama } from '../../support/llama.ts';
import { freePort } from '../../support/ports.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, top } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const folder = join(top, 'tests', 'fixtures', 'litellm-configs');
const KEY = 'sk-round-trip';

/** The imported config with every server replaced by one that is there; names, targets and routing stay. */
function withServer(text: string, url: string): string {
  const file = parse(text) as { engines: Record<string, unknown> };
  const engines = Object.keys(file.engines).map((name) => [name, { kind: 'openai', url }]);
  return stringify({ ...file, gateway: { port: 0 }, engines: Object.fromEntries(engines) });
}

const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);

describeNeeding(['litellm', 'llama-server', 'posix'], 'a LiteLLM config imported and exported', () => {
  let llama: Llama;
  let proxy: LitellmProxy | null = null;
  beforeAll(async () => {
    llama = await startLlama();
  });
  afterEach(async () => {
    await proxy?.stop();
    proxy = null;
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
    const env = { [MASTER_KEY]: KEY, [GATEWAY_KEY]: '' };
    proxy = await startLitellmProxy(file, { port: await freePort(), env });
    const { url } = proxy;
    for (const model of exported.names) {
      const id = config.aliases[model] ?? model;
      const routes = config.models[id]?.targets.map((target) => `${target.engine}/${target.model}`);
      const direct = await askProxy(gateway, 'none', model);
      expect(direct.status, direct.text).toBe(200);
      expect(routes).toContain(direct.route);
      const seen = async () => (await host.call('requests.list', { limit: 1000 })).finished.map(({ id }) => id);
      const before = new Set(await until('the gateway told of it', async () => orNull(await seen())));
      const through = await askProxy(url, KEY, model);
      expect(through.status, `${model}: ${through.text}\n${proxy.log()}`).toBe(200);
      expect(through.text).toBe(direct.text);
      const reached = await until('the gateway told of the other', async () => {
        const { finished } = await host.call('requests.list', { limit: 1000 });
        // LiteLLM asks for a target by its full name.
        const news = finished.filter(({ id, asked }) => !before.has(id) && asked !== model);
        return orNull(news.map(({ route }) => route));
      });
      expect(routes).toEqual(expect.arrayContaining([...reached]));
    }
  });
});
