/** Engines that are killed again and again while clients stream: each comes back, nobody hangs, and there is never a second one. */
import { expect, it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { expectToSurviveKills, killAndHeal } from '../../support/kills.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { send } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const llama = (name: string, restart: string) => `  ${name}:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "${name}-model"]
    restart: ${restart}
`;

const config = (engines: string, more = '') => `version: 1
gateway: { port: 0 }
engines:
${engines}${more}`;

const only = (name: string) => ({ names: [name], wait_ms: 60_000 });

describeNeeding(['llama-server', 'linux'], 'a real llama-server that is killed under traffic', () => {
  it('is ready again after each of 20 kills; every request ends, and two runs never live at once', async () => {
    const host = await startTestHost(config(llama('tiny', '{ max: 25, window: 10m, backoff: 20ms }')));
    await expectToSurviveKills(host, { engine: 'tiny', model: 'tiny-model', kills: 20 });
  });

  it('gives up at the fourth kill of three allowed, says why, and comes back by a person or a changed config', async () => {
    const restart = '{ max: 3, window: 10m, backoff: 20ms }';
    const text = config(
      llama('frail', restart) + llama('other', restart),
      `models:
  alone: { targets: [{ engine: frail, model: frail-model }] }
  both: { targets: [{ engine: frail, model: frail-model }, { engine: other, model: other-model }] }
`,
    );
    const host = await startTestHost(text);
    const url = await host.gateway();
    const giveUp = async () => {
      for (let n = 1; n <= 3; n += 1) await killAndHeal(host, 'frail');
      process.kill(host.engine('frail').pid ?? 0, 'SIGKILL');
      await until('it has given up', () => host.engine('frail').phase === 'failed');
    };
    await host.call('engines.start', { names: ['frail', 'other'], wait_ms: 60_000 });
    const others = host.engine('other').pid;
    await giveUp();
    expect(host.engine('frail').cause?.message).toMatch(/SIGKILL/);

    const refused = await send(url, 'alone');
    expect(refused).toMatchObject({ how: 'refused', status: 503, code: 'engine_failed' });
    expect(await send(url, 'both')).toMatchObject({ how: 'answered', route: 'other/other-model' });
    // Demand did not wake it.
    expect(host.engine('frail').phase).toBe('failed');

    const [up] = await host.call('engines.start', only('frail'));
    expect(up).toEqual({ engine: 'frail', ok: true, cause: null });
    expect(await send(url, 'alone')).toMatchObject({ how: 'answered', route: 'frail/frail-model' });

    await giveUp();
    await host.call('config.apply', {
      text: text.replace('"--alias", "frail-model"', '"--alias", "frail-model", "--no-warmup"'),
      if_revision: null,
    });
    expect(await send(url, 'alone')).toMatchObject({ how: 'answered', route: 'frail/frail-model' });
    expect(host.engine('other').pid).toBe(others);
  });
});
