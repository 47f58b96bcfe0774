/** Files that would tie the stack in knots: refused with their place and what to write instead, and what runs is left alone. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BROKEN_CONFIGS } from '../../fixtures/broken-configs.ts';
import { startTestHost } from '../../support/host.ts';
import { standIn } from '../../support/stand-ins.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, top } from '../../support/tools.ts';
import { send, startTraffic, tally } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';
import { cli } from '../cli/cli-run.ts';

/** File of tests/fixtures/configs, and the line that `check` gives for it after the file's name. */
const REFUSED = [
  ['dependency-loop', /^:4:47 error loop /],
  ['impossible-port', /^:3:44 error bad_value /],
  ['unknown-kind', /^:3:16 error bad_value /],
  ['dependency-in-a-group', /^:3:66 error group_dependency `chat` depends on `draft`, and both are of group `gpu0`/],
  ['dependencies-of-one-group', /^:9:30 error group_dependency `front` depends on `one` and on `three`/],
  ['two-start-in-a-group', /^:4:58 error group_clash /],
  ['two-on-one-port', /^:4:44 error port_clash /],
] as const;

const fixture = (name: string) => join(top, 'tests/fixtures/configs', `${name}.yaml`);

const running = `version: 1
gateway: { port: 0 }
engines:
  one:
    kind: vllm
    command: ${JSON.stringify(standIn('vllm'))}
    model: one-model
`;

describeNeeding(['posix'], 'a config that can’t work', () => {
  it.each(REFUSED)('%s is refused by `check` with its place and advice', async (name, line) => {
    const file = join(tempFolder(), 'stackyard.yaml');
    copyFileSync(fixture(name), file);
    const { code, out } = await cli(['check', file]);
    expect(code).toBe(1);
    expect(out.slice(file.length).split('\n')[0]).toMatch(line);
    const json = (await cli(['check', file, '--json'])).json as { findings: { hint: string | null; code: string }[] };
    expect(json.findings.filter(({ hint }) => hint === null || hint === '')).toEqual([]);
  });

  it('changes nothing of what runs, whether it is applied or written to the file', async () => {
    const host = await startTestHost(running);
    const url = await host.gateway();
    await host.call('engines.start', { names: ['one'], wait_ms: 30_000 });
    const { pid } = host.engine('one');
    const router = host.host.snapshot().router.pid;
    const traffic = startTraffic(url, ['one-model'], { clients: 2 });
    for (const [name] of BROKEN_CONFIGS) {
      const text = readFileSync(fixture(name), 'utf8');
      const applied = await host.call('config.apply', { text, if_revision: null });
      expect(applied).toMatchObject({ applied: false });
      expect(applied.findings.some(({ severity }) => severity === 'error')).toBe(true);
    }
    expect(readFileSync(host.config, 'utf8')).toBe(running);
    for (const [name] of REFUSED) {
      const text = readFileSync(fixture(name), 'utf8');
      writeFileSync(host.config, text);
      const code = /error (\w+)/.exec((await cli(['check', host.config])).out)?.[1];
      await until(`${name} is seen and refused`, () => {
        const { phase, findings } = host.host.snapshot().config;
        return phase === 'invalid' && findings.some((found) => found.code === code);
      });
    }
    expect(host.engine('one')).toMatchObject({ phase: 'ready', pid, restarts: 0 });
    expect(host.host.snapshot().router.pid).toBe(router);
    expect(await send(url, 'one-model')).toMatchObject({ how: 'answered' });
    writeFileSync(host.config, running);
    await until('the good one is taken up again', () => host.host.snapshot().config.phase === 'applied');
    expect(host.engine('one').pid).toBe(pid);
    expect(Object.keys(tally(await traffic.stop()))).toEqual(['answered']);
  });
});
