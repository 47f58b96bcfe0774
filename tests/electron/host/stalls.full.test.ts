/** The rule for engines that answer nothing, as its clocks have it: 30 s without a byte, and 2 min while a request is in flight. */
import { expect, it } from 'vitest';
import type { EngineView } from '../../../shared/model.ts';
import { startTestHost, type TestHost } from '../../support/host.ts';
import { standIn } from '../../support/stand-ins.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const engine = (name: string) => `  ${name}:
    kind: vllm
    command: ${JSON.stringify(standIn('vllm'))}
    model: ${name}
    health: { every: 200ms, failures: 2 }
    restart: { backoff: 20ms }
`;

const config = `version: 1
gateway: { port: 0 }
engines:
${['prompt', 'idle', 'busy'].map(engine).join('')}`;

/** The phases an engine went through, each once as it began, with the time. */
function phases({ seen }: TestHost, name: string): { phase: EngineView['phase']; at: number }[] {
  const found: { phase: EngineView['phase']; at: number }[] = [];
  for (const { engines } of seen) {
    const view = engines.find((one) => one.name === name);
    if (view === undefined || found.at(-1)?.phase === view.phase) continue;
    found.push({ phase: view.phase, at: Date.parse(view.since ?? '') });
  }
  return found;
}

describeNeeding(['linux'], 'stand-in engines that stall', () => {
  it('are restarted only when nothing was heard for 30 s, and with a request in flight only 2 min later', async () => {
    const host = await startTestHost(config);
    const url = await host.gateway();
    await host.call('engines.start', { names: ['prompt', 'idle', 'busy'], wait_ms: 30_000 });
    const pids = Object.fromEntries(host.host.snapshot().engines.map(({ name, pid }) => [name, pid]));
    const fault = (name: string, text: string) =>
      fetch(`${host.engine(name).url}/stand-in/faults`, { method: 'POST', body: text });
    const ask = (model: string, signal?: AbortSignal) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
        ...(signal && { signal }),
      });

    const leaving = new AbortController();
    await fault('prompt', 'stall=generation');
    const prompt = ask('prompt', leaving.signal);
    await fault('busy', 'stall=generation');
    const stuck = ask('busy');
    await until('both are in flight', () => host.engine('prompt').in_flight > 0 && host.engine('busy').in_flight > 0);
    await fault('busy', 'stall=all');
    await fault('idle', 'stall=all');
    const stalled = Date.now();

    // What was asked of the stuck engine before its first byte is asked of the next one.
    expect((await stuck).status).toBe(200);
    const idle = phases(host, 'idle');
    // With nothing in flight no moment passes between the verdict and its end.
    expect(idle.map(({ phase }) => phase).slice(-5)).toEqual(['ready', 'stopping', 'backoff', 'starting', 'ready']);
    const sick = idle.at(-4)?.at ?? 0;
    expect(sick - stalled).toBeGreaterThanOrEqual(29_000);
    const held = phases(host, 'busy');
    const ill = held.find(({ phase }) => phase === 'unhealthy')?.at ?? 0;
    const ended = held.find(({ phase, at }) => phase === 'stopping' && at > ill)?.at ?? 0;
    expect(ill - stalled).toBeGreaterThanOrEqual(29_000);
    expect(ended - ill).toBeGreaterThanOrEqual(119_000);
    expect(host.engine('busy').pid).not.toBe(pids.busy);

    // Meanwhile the long prompt went on for more than two and a half minutes, as if nothing were.
    expect(phases(host, 'prompt').at(-1)?.phase).toBe('ready');
    expect(host.engine('prompt')).toMatchObject({ pid: pids.prompt, in_flight: 1, restarts: 0 });
    leaving.abort();
    await expect(prompt).rejects.toThrow();
  }, 300_000);
});
