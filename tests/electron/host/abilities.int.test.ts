/** What models can do beside text, as their engines tell it, up to the snapshot. */
import { expect, it } from 'vitest';
import { llamaConfig } from '../../support/app-config.ts';
import { startTestHost } from '../../support/host.ts';
import { startStandIn } from '../../support/stand-ins.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

type TestHost = Awaited<ReturnType<typeof startTestHost>>;

const target = ({ host }: TestHost, id: string) =>
  host.snapshot().models.find((model) => model.id === id)?.targets[0] ?? null;

describeNeeding(['llama-server'], 'a real llama-server', () => {
  it('says that its model takes no pictures and how it is quantised', async () => {
    const test = await startTestHost(llamaConfig());
    expect(target(test, 'tiny')?.can).toBeNull();
    await test.call('engines.start', { names: ['llama'], wait_ms: 60_000 });
    const seen = await until('it is told', () => target(test, 'tiny')?.can && target(test, 'tiny'));
    expect(seen).toMatchObject({ can: { images: false, tools: null }, quantization: 'all F32' });
    // and it is still known when it is down
    await test.call('engines.stop', { names: ['llama'], wait_ms: 60_000 });
    expect(target(test, 'tiny')?.can?.images).toBe(false);
  });
});

describeNeeding(['posix'], 'the stand-in for Ollama', () => {
  it('is asked once for each of its models, and none is loaded by it', async () => {
    const ollama = await startStandIn('ollama', { env: { STAND_IN_MODELS: 'tiny,eye-vision-tools:7b' } });
    const test = await startTestHost(
      `version: 1\ngateway: { port: 0 }\nengines:\n  ollama: { kind: ollama, mode: external, port: ${ollama.port} }\n`,
    );
    const eye = 'eye-vision-tools:7b';
    await until('both are told', () => target(test, eye)?.can && target(test, 'tiny:latest')?.can);
    expect(target(test, eye)?.can).toEqual({ images: true, tools: true, reasoning: false });
    expect(target(test, 'tiny:latest')?.can).toEqual({ images: false, tools: false, reasoning: false });
    const asked = async () => (await ollama.state()).requests;
    const lists = (await asked())['GET /api/tags'] ?? 0;
    await test.call('model.load', { model: eye, engine: null });
    await until('its list was read again', async () => ((await asked())['GET /api/tags'] ?? 0) > lists);
    expect(target(test, eye)?.can?.images).toBe(true);
    expect((await asked())['POST /api/show']).toBe(2);
    await ollama.stop();
  });
});
