/**
 * The story behind it all, played again with a real LiteLLM in front of real llama-servers: one needless list in its config breaks
 * a route while the engine behind it is fine. Stackyard finds it, keeps LiteLLM from starting with it, says where it breaks, mends
 * it, proves every way, and writes it all down – by its commands alone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { mendLitellm } from '../../../shared/config/litellm-fix.ts';
import type { StackReport } from '../../../shared/contract/report.ts';
import type { ModelProof, VerifyRun } from '../../../shared/contract/verify.ts';
import { SLOW, startLitellmHost } from '../../support/litellm-host.ts';
import { askProxy, type LitellmProxy, startLitellmProxy } from '../../support/litellm-proxy.ts';
import { type Llama, startLlama } from '../../support/llama.ts';
import { freePort } from '../../support/ports.ts';
import { isAlive } from '../../support/processes.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, oldLitellm, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';
import { cli } from './cli-run.ts';

const MINUTES = 60_000;
const MODEL = 'Qwen/Qwen2.5-Coder-7B-Instruct-AWQ';
const KEY = 'sk-of-the-team-4711';
const BLOCK = `router_settings:
  model_group_alias:
    qwen-coder-vllm:
      - ${MODEL}     # a list where a string is expected
`;

/** LiteLLM's file; the models' servers are real llama-servers at the ports of the team's vLLM and llama.cpp. */
const litellmFile = (entries: readonly [name: string, model: string, port: number][], block: string) => `# unified
model_list:
${entries
  .map(
    ([name, model, port]) => `  - model_name: ${name}
    litellm_params:
      model: openai/${model}   # as the server calls it
      api_base: http://127.0.0.1:${port}/v1
      api_key: none
`,
  )
  .join('')}${block}general_settings:
  master_key: os.environ/TEAM_KEY
`;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
const toStop = <T extends LitellmProxy | Llama>(one: T): T => {
  stops.push(() => one.stop());
  return one;
};

describeNeeding(['litellm', 'llama-server', 'linux'], 'the story', () => {
  it('is found, refused, told, mended, proved and written down', { timeout: 12 * MINUTES }, async () => {
    const [vllm, llama, litellm] = [await freePort(), await freePort(), await freePort()];
    const folder = tempFolder();
    const file = join(folder, 'litellm-unified.yaml');
    const text = litellmFile(
      [
        [MODEL, MODEL, vllm],
        ['llama', 'tiny', llama],
      ],
      BLOCK,
    );
    writeFileSync(file, text);
    const line = text.slice(0, text.indexOf('    qwen-coder-vllm:')).split('\n').length;
    const { data, config, gateway, engine } = await startLitellmHost(
      `version: 1
gateway: { port: 0 }
engines:
  vllm:                                    # a llama-server in vLLM's place
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", ${JSON.stringify(MODEL)}]
    port: ${vllm}
    start: with-app
  llama:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "tiny"]
    port: ${llama}
    start: with-app
  litellm:
    kind: litellm
    mode: auto
    port: ${litellm}
    api_key: ${KEY}
    env: { TEAM_KEY: ${KEY} }
    config: litellm-unified.yaml
models:
  qwen-coder-vllm: { targets: [{ engine: vllm, model: ${JSON.stringify(MODEL)} }] }
  llama: { targets: [{ engine: llama, model: tiny }] }
`,
      folder,
    );
    const stackyard = (...words: string[]) => cli([...words, '--config', config, '--data-dir', data]);
    const ends = async (code: number, ...words: string[]) => {
      const run = await stackyard(...words);
      expect(run.code, run.err).toBe(code);
    };
    const proofOf = (found: { json: unknown }, id: string): ModelProof => {
      const proof = (found.json as VerifyRun).models.find((model) => model.id === id);
      if (proof === undefined) throw new Error(`nothing about ${id}`);
      return proof;
    };
    /** `engine passed`, in the order of the ways. */
    const ways = (proof: ModelProof) => proof.ways.map(({ via, verdict }) => `${via} ${verdict}`);
    await gateway();
    await ends(0, 'up', 'vllm', 'llama');

    // What the team had: the proxy runs, its route fails, and the server behind it is fine.
    const theirs = toStop(await startLitellmProxy(file, { port: litellm, env: { TEAM_KEY: KEY } }));
    expect((await askProxy(theirs.url, KEY, 'qwen-coder-vllm')).status).toBeGreaterThanOrEqual(400);
    const behind = await askProxy(`http://127.0.0.1:${vllm}`, 'none', MODEL);
    expect(behind.status).toBe(200);
    expect(await askProxy(theirs.url, KEY, 'llama')).toMatchObject({ status: 200 });

    // The same said in one command, of the proxy that runs.
    const seen = () => engine('litellm').owner === 'external' && engine('litellm').phase === 'ready';
    await until('Stackyard sees the proxy', seen, SLOW);
    const broken = await stackyard('verify', 'qwen-coder-vllm', 'llama', '--json');
    expect(broken.code, broken.err).toBe(1);
    expect(ways(proofOf(broken, 'qwen-coder-vllm'))).toEqual(['engine passed', 'litellm failed', 'stackyard passed']);
    expect(proofOf(broken, 'qwen-coder-vllm').breaks_at).toBe('litellm');
    expect(ways(proofOf(broken, 'llama'))).toEqual(['engine passed', 'litellm passed', 'stackyard passed']);
    const evidence = proofOf(broken, 'qwen-coder-vllm').ways[1]?.evidence;
    expect(evidence?.findings).toMatchObject([
      { line, column: 5, code: 'wrong_type', fix: { title: `Write \`${MODEL}\`` } },
    ]);

    // Found without anything running: line, cause, fix.
    const checked = await stackyard('check', '--litellm', file);
    expect(checked.code).toBe(1);
    expect(checked.out).toContain(`${file}:${line}:5 error wrong_type The alias \`qwen-coder-vllm\` is a list`);
    expect(checked.out).toContain('list indices must be integers or slices, not str');
    expect(checked.out).toContain('→ Write one name');

    // Not started again with it: not by hand, not by the stack.
    await theirs.stop();
    await until('Stackyard sees that it is gone', () => engine('litellm').phase === 'stopped', SLOW);
    const refused = await stackyard('up', 'litellm', '--json');
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('engine_config_invalid');
    expect(engine('litellm')).toMatchObject({ phase: 'failed', pid: null });
    await ends(1, 'restart', 'litellm');

    // And verification says where it breaks, for people too.
    const down = await stackyard('verify', 'qwen-coder-vllm');
    expect(down.code).toBe(1);
    expect(down.out).toContain('The engine and the gateway are fine; it breaks at LiteLLM.');
    expect(down.out).toContain(`its own file, line ${line}: error: The alias`);
    expect(down.out).toContain('config: litellm-unified.yaml');
    await ends(0, 'verify', '--via', 'engine');
    await ends(1, 'verify', 'llama', '--via', 'litellm');
    const status = join(folder, 'STATUS.md');
    await ends(0, 'report', '-o', status);
    const before = readFileSync(status, 'utf8');
    expect(before).toContain('**engine litellm**');
    expect(before).toContain('The engine and the gateway are fine; it breaks at LiteLLM.');
    expect(before).toContain(`${line}:5 error wrong_type`);

    // Mended by splices: the diff is shown, nothing else moves, the old text is kept.
    const dry = await stackyard('check', '--litellm', file, '--dry-run');
    expect(readFileSync(file, 'utf8')).toBe(text);
    const fixed = await stackyard('check', '--litellm', file, '--fix');
    expect(fixed.code).toBe(0);
    expect(fixed.out).toContain(dry.out.trimEnd());
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe(text);
    expect(readFileSync(file, 'utf8')).toBe(text.replace('      - ', '      '));

    // The proxy starts, and every route is proved in all three ways.
    await ends(0, 'up', 'litellm');
    expect(engine('litellm')).toMatchObject({ owner: 'managed', phase: 'ready', cause: null });
    const proved = await stackyard('verify', '--json');
    expect(proved.code, proved.out).toBe(0);
    for (const id of ['qwen-coder-vllm', 'llama'])
      expect(ways(proofOf(proved, id))).toEqual(['engine passed', 'litellm passed', 'stackyard passed']);
    for (const via of ['engine', 'stackyard', 'litellm']) await ends(0, 'verify', 'qwen-coder-vllm', '--via', via);
    const through = await askProxy(`http://127.0.0.1:${litellm}`, KEY, 'qwen-coder-vllm');
    expect(through).toMatchObject({ status: 200, text: behind.text });

    // The report tells how it was and how it is, with the real pids and ports, and no secret.
    await ends(0, 'report', '-o', status);
    const told = readFileSync(status, 'utf8');
    expect(told).toContain('- Engine litellm is ready, was failed.');
    expect(told).toContain('- Model qwen-coder-vllm is passed, was failed.');
    expect(told).toContain('engine passed, gateway passed, LiteLLM passed');
    for (const name of ['vllm', 'llama', 'litellm']) {
      const { pid, port } = engine(name);
      expect(told).toContain(`| ${pid} | ${port} |`);
    }
    const { json } = await stackyard('report', '--json');
    expect((json as StackReport).troubles).toEqual([]);
    expect(before + told + JSON.stringify(json)).not.toContain(KEY);
    const { pid } = engine('litellm');
    await ends(0, 'down', 'litellm');
    expect(isAlive(pid ?? 0)).toBe(false);
  });
});

describeNeeding(['litellm-old', 'llama-server'], 'the story, with a LiteLLM of then', () => {
  it('breaks a name that is in the list as well, until the needless block is gone', {
    timeout: 6 * MINUTES,
  }, async () => {
    const vllm = toStop(await startLlama({ args: ['--alias', MODEL] }));
    const text = litellmFile([['qwen-coder-vllm', MODEL, vllm.port]], BLOCK);
    const file = join(tempFolder(), 'litellm-unified.yaml');
    const ask = async (content: string) => {
      writeFileSync(file, content);
      const port = await freePort();
      const proxy = toStop(await startLitellmProxy(file, { port, env: { TEAM_KEY: KEY }, python: oldLitellm ?? '' }));
      const answer = await askProxy(proxy.url, KEY, 'qwen-coder-vllm');
      await proxy.stop();
      return answer;
    };
    expect((await ask(text)).text).toContain('list indices must be integers or slices, not str');
    const { text: mended, left } = mendLitellm(text);
    expect(left).toEqual([]);
    expect(mended).toBe(text.replace(BLOCK.split('\n').slice(2).join('\n'), ''));
    expect(await ask(mended)).toMatchObject({ status: 200 });
  });
});
