/** LiteLLM for real: the package from PyPI, installed by our own installer, in front of a real llama-server. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isListening } from '../../../electron/host/ports.ts';
import { startTestHost } from '../../support/host.ts';
import { chat, llamaEngine, READY, startLitellmHost } from '../../support/litellm-host.ts';
import { isAlive } from '../../support/processes.ts';
import { describeNeeding } from '../../support/tools.ts';
import { send } from '../../support/traffic.ts';

const config = `version: 1
gateway: { port: 0 }
engines:
${llamaEngine()}  litellm: { kind: litellm }
models:
  small: { targets: [{ engine: llama, model: tiny }] }
aliases: { gpt-4o-mini: small }
`;

describeNeeding(['litellm', 'llama-server'], 'LiteLLM with a config made from ours', () => {
  it('starts, answers through our gateway and llama-server, also streamed, and is gone after the stop', async () => {
    const { call, engine, gateway, data } = await startLitellmHost(config);
    const url = await gateway();
    const [started] = await call('engines.start', READY);
    expect(started).toEqual({ engine: 'litellm', ok: true, cause: null });

    // The engine behind it is woken by the request: it was never started by hand.
    expect(engine('llama').phase).toBe('stopped');
    const answer = await chat(url, 'litellm/small');
    expect(answer).toMatchObject({ status: 200, route: 'litellm/small' });
    expect(answer.text).toContain('This answer comes from');
    expect(engine('llama').phase).toBe('ready');
    expect(await chat(url, 'litellm/gpt-4o-mini')).toMatchObject({ status: 200, text: answer.text });
    expect(await send(url, 'litellm/small', { tokens: 20 })).toMatchObject({
      how: 'answered',
      route: 'litellm/small',
    });

    const file = join(data, 'litellm', 'litellm.yaml');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('model: openai/llama/tiny');
    expect(text).toContain('os.environ/');
    expect(text).not.toMatch(/sk-|[0-9a-f]{32}/);
    const { lines } = await call('logs.read', { engine: 'litellm', after: null, before: null, limit: 5000 });
    const log = lines.map((line) => line.text).join('\n');
    expect(log).toMatch(/Starting: .*--host 127\.0\.0\.1 --port \d+ --num_workers 1/);
    expect(log).not.toMatch(/sk-[0-9a-f]{8}|cost map|Give Feedback/);

    const { pid, port } = engine('litellm');
    expect((await call('engines.stop', READY))[0]).toMatchObject({ ok: true });
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(await isListening('127.0.0.1', port ?? 0)).toBe(false);
  }, 300_000);
});

describeNeeding([], 'LiteLLM that is not installed', () => {
  it('is not installed unasked: it fails with what would be done and how', async () => {
    const path = process.env.PATH;
    // No litellm of this machine's may be found.
    process.env.PATH = '';
    try {
      const { call, engine } = await startTestHost(config);
      const [outcome] = await call('engines.start', READY);
      expect(outcome?.cause).toMatchObject({ code: 'install_needed' });
      expect(outcome?.cause?.message).toMatch(/\d+\.\d+\.\d+ would be downloaded \(\d+ MB\)/);
      expect(outcome?.cause?.hint).toContain('stackyard up litellm --yes');
      expect(engine('litellm').phase).toBe('failed');
      const setup = await call('engine.setup', { engine: 'litellm' });
      expect(setup?.install).toMatchObject({ needed: true, program: null });
      expect(await call('engine.setup', { engine: 'llama' })).toBeNull();
      expect(await call('jobs.list', {})).toEqual([]);
    } finally {
      process.env.PATH = path;
    }
  });
});
