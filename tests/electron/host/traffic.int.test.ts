/** What ended at the gateway, in figures, as the window is told of it. */
import { expect, it } from 'vitest';
import type { Caller, Events } from '../../../shared/contract/ipc.ts';
import type { Traffic } from '../../../shared/traffic.ts';
import { llamaConfig } from '../../support/app-config.ts';
import { startTestHost } from '../../support/host.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

describeNeeding(['llama-server'], 'the traffic of a real llama-server', () => {
  it('is told to who watches: how much ended, how much of it badly, and how its model answered', async () => {
    const { host, gateway, call } = await startTestHost(llamaConfig());
    const base = await gateway();
    await call('engines.start', { names: ['llama'], wait_ms: 60_000 });
    const seen: Traffic[] = [];
    const watcher: Caller = {
      id: 'watcher',
      from: 'window',
      onGone: () => {},
      emit: (event, payload) => {
        if (event === 'traffic') seen.push(payload as Events['traffic']);
      },
    };
    await host.handlers['traffic.watch']({ on: true }, watcher);
    expect(seen).toEqual([{ per_second: 0, ended: 0, failed: 0, targets: [] }]);
    const ask = async (model: string) => {
      const answer = await fetch(`${base}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model,
          stream: true,
          messages: [{ role: 'user', content: 'hi' }],
          // long enough to be seen to take time
          max_tokens: 800,
          ignore_eos: true,
        }),
      });
      await answer.text();
      return answer.status;
    };
    const before = Date.now();
    expect(await ask('tiny')).toBe(200);
    expect(await ask('nobody')).toBe(404);
    const told = await until('both are counted', () => seen.find(({ ended, failed }) => ended === 2 && failed === 1));
    expect(told.per_second).toBeGreaterThan(0);
    expect(told.targets).toMatchObject([{ engine: 'llama', model: 'tiny' }]);
    const [target] = told.targets;
    expect(Date.parse(target?.last_used ?? '')).toBeGreaterThanOrEqual(before - 1_000);
    expect(target?.first_token_ms).toBeGreaterThan(0);
    expect(target?.tokens_per_second).toBeGreaterThan(0);
    await host.handlers['traffic.watch']({ on: false }, watcher);
    const count = seen.length;
    expect(await ask('tiny')).toBe(200);
    await until(
      'it is counted without anybody',
      async () => (await call('requests.list', { limit: 9 })).finished.length === 3,
    );
    expect(seen.length).toBe(count);
  });
});
