/** Verification through the real host and router, of a real llama-server and of what is broken, each in its way. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ModelProof, VerifyRun } from '../../../../shared/contract/verify.ts';
import { startTestHost, type TestHost } from '../../../support/host.ts';
import { llamaEngine } from '../../../support/litellm-host.ts';
import { freePort } from '../../../support/ports.ts';
import { standIn } from '../../../support/stand-ins.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../../support/tools.ts';

const up = (names: readonly string[]) => ({ names: [...names], wait_ms: 60_000 });
const verify = (host: TestHost, models: readonly string[] = [], wake = false): Promise<VerifyRun> =>
  host.call('verify.run', { models: [...models], via: null, wake });
const proofOf = (run: VerifyRun, id: string): ModelProof => {
  const found = run.models.find((model) => model.id === id);
  if (found === undefined) throw new Error(`nothing about ${id}`);
  return found;
};
/** `engine: passed`, `stackyard fallback spare: passed`. */
const ways = (proof: ModelProof) =>
  proof.ways.map(
    ({ via, what, aim, verdict }) => `${via}${via === 'engine' ? '' : ` ${what}`} ${aim ?? ''}: ${verdict}`,
  );

describeNeeding(['llama-server'], 'verify, over real llama-servers', () => {
  it('proves a model in every way, its fallback and its balance, and embeddings by an embedding', async () => {
    const host = await startTestHost(`version: 1
gateway: { port: 0 }
engines:
${llamaEngine()}${llamaEngine().replace('llama:', 'other:')}  embedder:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "vectors", "--embeddings", "--pooling", "mean"]
models:
  both:
    targets: [{ engine: llama, model: tiny, weight: 3 }, { engine: other, model: tiny }]
    strategy: weighted
    fallbacks: [embed]
  embed: { targets: [{ engine: embedder, model: vectors }] }
  backed: { targets: [{ engine: llama, model: tiny }], fallbacks: [other/tiny] }
aliases: { short: both }
`);
    await host.gateway();
    await host.call('engines.start', up(['llama', 'other', 'embedder']));
    const run = await verify(host, ['both', 'backed', 'short', 'embed']);

    const both = proofOf(run, 'both');
    expect(ways(both)).toEqual([
      'engine llama/tiny: passed',
      'engine other/tiny: passed',
      'stackyard route : passed',
      'stackyard target llama/tiny: passed',
      'stackyard target other/tiny: passed',
      'stackyard fallback embed: passed',
    ]);
    expect(both.ways[0]).toMatchObject({ by: 'chat', listed: true, usage: true, answered_by: null, cause: null });
    expect(both.ways[0]?.first_token_ms).toBeGreaterThan(0);
    // The tiny model's tokens may come in one burst, which has no speed.
    expect(both.ways[0]?.tokens_per_second ?? 1).toBeGreaterThan(0);
    expect(both.ways.map((way) => way.answered_by).slice(3)).toEqual([
      'llama/tiny',
      'other/tiny',
      'embedder/vectors',
    ]);
    expect(both.balance).toMatchObject({ verdict: 'passed', shares: { 'llama/tiny': 750, 'other/tiny': 250 } });

    expect(proofOf(run, 'backed').ways.at(-1)).toMatchObject({ aim: 'other/tiny', answered_by: 'other/tiny' });
    expect(ways(proofOf(run, 'short'))).toEqual(['stackyard route : passed']);
    expect(proofOf(run, 'embed')).toMatchObject({ verdict: 'passed' });
    expect(run).toMatchObject({ passed: 4, failed: 0, skipped: 0 });

    const view = await host.call('verify.last', {});
    expect(view.running).toBeNull();
    expect(view.models.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'both passed',
      'embed passed',
      'backed passed',
      'short passed',
    ]);
  });

  it('wakes nothing by itself, and with `wake` proves what was stopped', async () => {
    const host = await startTestHost(`version: 1
gateway: { port: 0 }
engines:
${llamaEngine()}models:
  m: { targets: [{ engine: llama, model: tiny }], wake: always }
`);
    await host.gateway();
    const asleep = await verify(host);
    expect(asleep).toMatchObject({ passed: 0, failed: 0 });
    expect(proofOf(asleep, 'm')).toMatchObject({ verdict: 'skipped', cause: { code: 'engine_stopped' } });
    expect(host.engine('llama').phase).toBe('stopped');

    const woken = await verify(host, ['m'], true);
    expect(ways(proofOf(woken, 'm'))).toEqual(['engine llama/tiny: passed', 'stackyard route : passed']);
    await expect(verify(host, ['nobody'])).rejects.toMatchObject({ code: 'unknown_model' });
  });

  it('says where it breaks: an engine that is gone, a model that it has not, a key that it refuses', async () => {
    const guarded = await startTestHost(`version: 1
gateway: { port: 0, api_keys: [{ name: one, key: right-key-of-the-other }] }
engines:
${llamaEngine()}`);
    const port = await freePort();
    const host = await startTestHost(`version: 1
gateway: { port: 0 }
engines:
${llamaEngine()}  gone: { kind: openai, url: "http://127.0.0.1:${port}/v1" }
  # with adapters nobody can tell beforehand which names it serves; else the config would be refused
  vllm: { kind: vllm, command: ${JSON.stringify(standIn('vllm'))}, model: there, args: ["--enable-lora"] }
  guarded: { kind: openai, url: "${await guarded.gateway()}/v1", api_key: wrong-key-of-ours }
  broken: { kind: llama.cpp, command: ${JSON.stringify(llamaServer)}, model: ${JSON.stringify(tinyModel)}, args: ["--no-such-argument"], restart: { max: 0 } }
models:
  fine: { targets: [{ engine: llama, model: tiny }] }
  silent: { targets: [{ engine: gone, model: x }] }
  misnamed:
    targets:
      - engine: vllm
        model: not-there
  locked: { targets: [{ engine: guarded, model: tiny }] }
  crashed: { targets: [{ engine: broken, model: x }] }
`);
    await host.gateway();
    await host.call('engines.start', up(['llama', 'vllm']));
    await host.call('engines.start', up(['broken']));
    const run = await verify(host, ['fine', 'silent', 'misnamed', 'locked', 'crashed']);
    expect(proofOf(run, 'fine').verdict).toBe('passed');

    expect(proofOf(run, 'silent')).toMatchObject({ verdict: 'failed', breaks_at: 'engine' });

    const misnamed = proofOf(run, 'misnamed');
    expect(misnamed).toMatchObject({ verdict: 'failed', breaks_at: 'engine', cause: { code: 'model_not_found' } });
    expect(misnamed.cause?.message).toContain('not-there');
    expect(misnamed.ways[0]?.evidence?.place).toMatchObject({ text: '        model: not-there', column: 16 });
    expect(misnamed.ways[0]?.evidence).toMatchObject({ engine: 'vllm' });
    expect(misnamed.ways.map((way) => way.verdict)).toEqual(['failed', 'failed']);

    const locked = proofOf(run, 'locked');
    expect(locked).toMatchObject({ breaks_at: 'engine', cause: { code: 'invalid_api_key' } });
    expect(locked.ways[0]?.evidence?.place?.text).toContain('api_key:');
    expect(JSON.stringify(run)).not.toContain('wrong-key-of-ours');

    const crashed = proofOf(run, 'crashed');
    expect(crashed).toMatchObject({ breaks_at: 'engine', cause: { code: 'unknown_argument' } });
    expect(crashed.ways[0]?.evidence?.lines.map(({ text }) => text).join('\n')).toContain('--no-such-argument');
    expect(crashed.ways[0]?.evidence?.place?.text).toContain('broken:');
    expect(run).toMatchObject({ passed: 1, failed: 4, skipped: 0 });
  });

  it('takes orders from the host alone: a header that it did not announce is passed over', async () => {
    const host = await startTestHost(`version: 1
gateway: { port: 0 }
engines:
${llamaEngine()}models:
  m: { targets: [{ engine: llama, model: tiny }] }
`);
    const url = await host.gateway();
    await host.call('engines.start', up(['llama']));
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stackyard-ticket': 'f'.repeat(64) },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 2 }),
    });
    expect([answer.status, answer.headers.get('x-stackyard-route')]).toEqual([200, 'llama/tiny']);
    await answer.arrayBuffer();
    await verify(host);
    const log = readFileSync(join(host.data, 'logs', 'stackyard.log'), 'utf8');
    expect(log).not.toContain('x-stackyard-ticket');
  });
});
