/** `depends_on` with real processes: up in order, down in reverse order, and no waiting for what will not come. */
import { expect, it } from 'vitest';
import { startTestHost, type TestHost } from '../../support/host.ts';
import { isAlive } from '../../support/processes.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { send } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const llama = (name: string, more = '', model: string | null = tinyModel) => `  ${name}:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(model)}
    args: ["-t", "1", "--alias", "${name}-model"]
${more}`;
const config = (engines: string) => `version: 1\ngateway: { port: 0 }\nengines:\n${engines}`;
const chain = config(
  llama('top', '    depends_on: [middle]\n') + llama('middle', '    depends_on: [bottom]\n') + llama('bottom'),
);
const all = ['top', 'middle', 'bottom'];
const only = (...names: string[]) => ({ names, wait_ms: 60_000 });

/** The phases of all three as every snapshot showed them, without repeats. */
const course = ({ seen }: TestHost): string[] =>
  seen
    .map((s) => all.map((name) => s.engines.find((e) => e.name === name)?.phase).join(' '))
    .filter((line, i, lines) => line !== lines[i - 1]);

/** Whether in every snapshot `first` came before `then`: while `then` is in one of these phases, `first` is in one of those. */
const always = (host: TestHost, name: string, phases: string[], other: string, others: string[]) =>
  host.seen.every((s) => {
    const phase = (of: string) => s.engines.find((e) => e.name === of)?.phase ?? '';
    return !phases.includes(phase(name)) || others.includes(phase(other));
  });

describeNeeding(['llama-server'], 'engines that depend on each other', () => {
  it('come up after what they need, which a request wakes too, and tell what they wait for', async () => {
    const host = await startTestHost(chain);
    const url = await host.gateway();
    expect(await send(url, 'top-model')).toMatchObject({ how: 'answered', route: 'top/top-model' });
    expect(all.map((name) => host.engine(name).phase)).toEqual(['ready', 'ready', 'ready']);
    const up = ['starting', 'loading', 'ready'];
    expect(always(host, 'top', up, 'middle', ['ready']), course(host).join('\n')).toBe(true);
    expect(always(host, 'middle', up, 'bottom', ['ready']), course(host).join('\n')).toBe(true);
    const waits = host.seen.flatMap((s) => s.engines.filter((e) => e.name === 'top').map((e) => e.waits_for));
    expect(waits).toContainEqual({ engine: 'middle', why: 'depends_on' });
  });

  it('go down before what they need, at a stop of all and at quit', async () => {
    for (const way of ['stop', 'quit'] as const) {
      const host = await startTestHost(chain);
      await host.call('engines.start', only('top'));
      const pids = all.map((name) => host.engine(name).pid ?? 0);
      if (way === 'stop') await host.call('engines.stop', { names: [], wait_ms: 60_000 });
      else await host.host.stop();
      expect(pids.map(isAlive)).toEqual([false, false, false]);
      const ending = ['stopping', 'stopped'];
      const gone = ['stopped'];
      const after = host.seen.findIndex((s) => s.engines[0]?.phase === 'ready');
      const late = { ...host, seen: host.seen.slice(after) };
      expect(always(late, 'middle', ending, 'top', gone), course(late).join('\n')).toBe(true);
      expect(always(late, 'bottom', ending, 'middle', gone), course(late).join('\n')).toBe(true);
    }
  });

  it('are restarted in order when all are, and one alone leaves the others as they are', async () => {
    const host = await startTestHost(chain);
    await host.call('engines.start', only('top'));
    const before = all.map((name) => host.engine(name).pid);
    const from = host.seen.length;
    const outcomes = await host.call('engines.restart', { names: [], wait_ms: 60_000 });
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true]);
    const late = { ...host, seen: host.seen.slice(from) };
    expect(always(late, 'top', ['starting', 'loading'], 'middle', ['ready']), course(late).join('\n')).toBe(true);
    const between = all.map((name) => host.engine(name).pid);
    for (const [i, pid] of between.entries()) expect(pid).not.toBe(before[i]);

    await host.call('engines.restart', only('bottom'));
    expect(host.engine('top').pid).toBe(between[0]);
    expect(host.engine('bottom').pid).not.toBe(between[2]);
  });

  it('fail at once and by name when what they need has failed, and come back with it', async () => {
    const text = (model: string | null) =>
      config(llama('top', '    depends_on: [bottom]\n') + llama('bottom', '', model)) +
      'models:\n  m: { targets: [{ engine: top, model: top-model }] }\n';
    const host = await startTestHost(text('/nowhere/missing.gguf'));
    const url = await host.gateway();
    const refused = await send(url, 'm');
    expect(refused).toMatchObject({ how: 'refused', status: 503, code: 'engine_failed' });
    expect(host.engine('top')).toMatchObject({ phase: 'failed', cause: { code: 'dependency_failed' } });
    expect(host.engine('top').cause?.message).toMatch(/top needs bottom, which failed: .*missing\.gguf/);
    const [up] = await host.call('engines.start', only('top'));
    expect(up).toMatchObject({ ok: false, cause: { code: 'dependency_failed' } });

    // The changed config is what ends the failure of the one and, with it, of the other.
    await host.call('config.apply', { text: text(tinyModel), if_revision: null });
    await until('it is no longer failed', () => host.engine('top').phase !== 'failed');
    expect(await send(url, 'm')).toMatchObject({ how: 'answered', route: 'top/top-model' });
  });

  it('are not woken by a request while a person holds what they need', async () => {
    const host = await startTestHost(chain);
    const url = await host.gateway();
    await host.call('engines.stop', only('bottom'));
    expect(await send(url, 'top-model')).toMatchObject({ how: 'refused', status: 503, code: 'engine_held' });
    expect(host.engine('top').phase).toBe('stopped');
  });
});
