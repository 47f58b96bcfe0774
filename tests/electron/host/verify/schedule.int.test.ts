/** `verify.every` through a real host, over a stand-in server that goes away and comes back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RouteNews } from '../../../../shared/contract/verify.ts';
import { startTestHost } from '../../../support/host.ts';
import { startStandIn } from '../../../support/stand-ins.ts';
import { tempFolder } from '../../../support/tmp.ts';
import { describeNeeding } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const config = (port: number, every = '1s') => `version: 1
gateway: { port: 0 }
engines:
  far: { kind: openai, url: "http://127.0.0.1:${port}/v1", health: { every: 1s } }
models:
  m: { targets: [{ engine: far, model: stand-in/model }] }
verify: { every: ${every}, models: [m] }
`;

describeNeeding(['posix'], 'regular verification, over a stand-in for vLLM', () => {
  it('tells when a model stops answering and when it answers again, and keeps its results over a restart', async () => {
    const data = tempFolder();
    const first = await startStandIn('vllm');
    const { port } = first;
    const host = await startTestHost(config(port), { data });
    const news: RouteNews[] = [];
    host.host.onRouteNews((one) => news.push(one));
    const verdict = async () => (await host.call('verify.last', {})).models[0]?.verdict ?? null;
    const FAR = { deadline: 20_000 };
    try {
      await until('m passed', async () => (await verdict()) === 'passed', FAR);
      expect(news).toEqual([]);
      await first.stop();
      await until('m failed, and that is told', () => news.length === 1, FAR);
      expect(news[0]).toMatchObject({ failed: [{ id: 'm' }], recovered: [] });
      const again = await startStandIn('vllm', { port });
      try {
        await until('m answers again, and that is told', () => news.length === 2, FAR);
        expect(news[1]).toEqual({ failed: [], recovered: ['m'] });
        await host.host.stop();
      } finally {
        await again.stop();
      }
    } finally {
      await first.stop();
    }
    const kept = JSON.parse(readFileSync(join(host.data, 'verify.json'), 'utf8')) as {
      models: { id: string }[];
      runs: object[];
    };
    expect(kept.models.map(({ id }) => id)).toEqual(['m']);
    expect(kept.runs.length).toBeGreaterThan(2);

    // With nothing to answer it, the next host still knows what was, and finds it changed.
    const next = await startTestHost(config(port), { data });
    const told: RouteNews[] = [];
    next.host.onRouteNews((one) => told.push(one));
    await until('m failed after the restart', () => told.length === 1, FAR);
    expect(told[0]).toMatchObject({ failed: [{ id: 'm' }] });
  });
});
