/** The report of a real host over a real llama-server: what it tells, what changed, and what it must never tell. */
import { expect, it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { llamaEngine } from '../../support/litellm-host.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const SECRET = 'sk-not-for-any-report-4711';

describeNeeding(['llama-server'], 'a report', () => {
  it('tells services, routes and troubles with the real ports, what changed, and no secret', async () => {
    const host = await startTestHost(`version: 1
gateway: { port: 0, api_keys: [{ name: one, key: ${SECRET}-of-a-client }] }
engines:
${llamaEngine(`    api_key: ${SECRET}\n    env: { HF_TOKEN: ${SECRET}-token }\n`)}  broken:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["--no-such-argument", "${SECRET}"]
    restart: { max: 0 }
models:
  good: { targets: [{ engine: llama, model: tiny }] }
  bad: { targets: [{ engine: broken, model: x }] }
`);
    const url = await host.gateway();
    const first = await host.call('report.make', {});
    expect(first.report.changes).toBeNull();

    await host.call('engines.start', { names: ['llama', 'broken'], wait_ms: 60_000 });
    await host.call('verify.run', { models: ['good', 'bad'], via: null, wake: false });
    // Memory is measured every other second.
    await until('the memory of llama is known', () => host.engine('llama').memory !== null);
    const { report, markdown } = await host.call('report.make', {});
    const { port, pid } = host.engine('llama');
    expect(report.engines[0]).toMatchObject({ name: 'llama', phase: 'ready', port, pid });
    expect(report.engines[1]?.crashes[0]).toMatchObject({ cause: { code: 'unknown_argument' } });
    expect(report.routes.map(({ id, proof }) => [id, proof?.verdict ?? null])).toContainEqual(['good', 'passed']);
    expect(report.troubles.map(({ about }) => about)).toEqual(['engine broken', 'model bad']);
    expect(report.changes).toMatchObject({ since: first.report.at });
    expect(report.changes?.lines).toContain('Engine llama is ready, was stopped.');
    expect(report.changes?.lines).toContain('Model good is passed, was not verified.');
    expect(markdown).toContain(`curl ${url}/v1/models -H 'Authorization: Bearer YOUR_KEY'`);
    expect(markdown).toContain(`| ${port} |`);
    expect(markdown).toContain('How broken ended');

    const everything = JSON.stringify([first, report]) + markdown;
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain((await host.call('gateway.access', {})).token);
    const again = await host.call('report.make', {});
    expect(again.report.changes).toEqual({ since: report.at, lines: [] });
  });
});
