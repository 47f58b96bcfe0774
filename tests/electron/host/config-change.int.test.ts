import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { revisionOf } from '../../../electron/host/config-file.ts';
import { startTestHost } from '../../support/host.ts';
import { freePort } from '../../support/ports.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const only = (...names: string[]) => ({ names, wait_ms: 60_000 });
const engine = (name: string, args: string[] = [], more = '') => `  ${name}: # the ${name} one
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ${JSON.stringify(['-t', '1', ...args])}
${more}`;
const file = (gateway: string, ...engines: string[]) => `version: 1
gateway: { ${gateway} }
engines:
${engines.join('')}`;

const ask = (url: string, model: string) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model, max_tokens: 2, messages: [{ role: 'user', content: 'Hi' }] }),
  });

describeNeeding(['llama-server'], 'a change of the config', () => {
  it('restarts only the engine whose arguments changed, and says so before', async () => {
    const before = file('port: 0', engine('one'), engine('two'));
    const { call, engine: view, config } = await startTestHost(before);
    await call('engines.start', only('one', 'two'));
    const [one, two] = [view('one').pid, view('two').pid];

    const after = file('port: 0', engine('one'), engine('two', ['--ctx-size', '1024']));
    const { plan } = await call('config.plan', { text: after });
    expect(plan?.engines.map((e) => [e.name, e.action, e.keys])).toEqual([
      ['one', 'keep', []],
      ['two', 'restart', ['args']],
    ]);
    expect(view('two').pid).toBe(two);

    const { applied } = await call('config.apply', { text: after, if_revision: revisionOf(before) });
    expect(applied).toBe(true);
    expect(readFileSync(config, 'utf8')).toBe(after);
    await until('two runs anew', () => view('two').phase === 'ready' && view('two').pid !== two);
    expect(view('two').command).toContain('--ctx-size 1024');
    expect(view('one').pid).toBe(one);
  });

  it('adds an engine and takes one away, which stops', async () => {
    const { call, host, engine: view } = await startTestHost(file('port: 0', engine('old')));
    await call('engines.start', only('old'));
    const { pid } = view('old');
    await call('config.apply', {
      text: file('port: 0', engine('new', [], '    start: with-app\n')),
      if_revision: null,
    });
    expect(host.snapshot().engines.map((e) => e.name)).toEqual(['new']);
    await until('new is ready', () => view('new').phase === 'ready');
    await until('old is gone', () => {
      try {
        return !process.kill(pid ?? 0, 0);
      } catch {
        return true;
      }
    });
  });

  it('takes an engine back that was taken away a moment ago, never with two processes', async () => {
    const port = await freePort();
    const with_ = file('port: 0', engine('back', [], `    port: ${port}\n`));
    const { call, engine: view } = await startTestHost(with_);
    await call('engines.start', only('back'));
    await call('config.apply', { text: file('port: 0', engine('other')), if_revision: null });
    await call('config.apply', { text: with_, if_revision: null });
    expect((await call('engines.start', only('back')))[0]).toEqual({ engine: 'back', ok: true, cause: null });
    expect(view('back')).toMatchObject({ phase: 'ready', port, cause: null });
  });

  it('lists what a changed model promises, not what the one before reported, in this life and the next', async () => {
    const folder = tempFolder('promised');
    const named = (alias: string) => file('port: 0', engine('one', ['--alias', alias]));
    const { call, host, shows } = await startTestHost(named('before'), { data: folder });
    const ids = (of: typeof host) => of.snapshot().models.map(({ id }) => id);
    await call('engines.start', only('one'));
    await shows('its model is reported', (s) => s.models.some(({ id }) => id === 'before'));
    await call('engines.stop', only('one'));
    await call('config.apply', { text: named('after'), if_revision: null });
    expect(ids(host)).toContain('after');
    expect(ids(host)).not.toContain('before');
    await host.stop();
    // Changed while nobody ran: what was kept is of the model before.
    writeFileSync(join(folder, 'stackyard.yaml'), named('third'));
    const second = await startTestHost(null, { data: folder });
    expect(ids(second.host)).toContain('third');
    expect(ids(second.host)).not.toContain('after');
  });

  it('refuses a file with errors, keeps what runs, and takes up the mended one by itself', async () => {
    const good = file('port: 0', engine('one'));
    const { call, host, config, shows } = await startTestHost(good);
    await call('engines.start', only('one'));
    const { pid } = host.snapshot().engines[0] ?? {};
    const broken = good.replace('kind: llama.cpp', 'kind: lama.cpp');
    const refused = await call('config.apply', { text: broken, if_revision: null });
    expect(refused.applied).toBe(false);
    expect(refused.findings[0]).toMatchObject({ severity: 'error', line: 5, column: 11 });
    expect(readFileSync(config, 'utf8')).toBe(good);

    writeFileSync(config, broken);
    const bad = await shows('invalid', (s) => s.config.phase === 'invalid');
    expect(bad.engines[0]?.pid).toBe(pid);
    expect(bad.light).toBe('attention');
    writeFileSync(config, `${good}aliases: { other: one/x }\nmodels: {}\n`.replace(/aliases.*\n/, ''));
    await until('applied again', () => host.snapshot().config.phase === 'applied');
    expect(host.snapshot().engines[0]?.pid).toBe(pid);
  });

  it('waits for a yes when on_file_change is ask, and refuses to overwrite a file that changed meanwhile', async () => {
    const first = file('port: 0', engine('one')).replace('version: 1', 'version: 1\napp: { on_file_change: ask }');
    const { call, host, config } = await startTestHost(first);
    const second = first.replace('the one one', 'another comment');
    writeFileSync(config, second);
    await until('pending', () => host.snapshot().config.phase === 'pending');
    const stale = call('config.apply', { text: first, if_revision: revisionOf(first) });
    await expect(stale).rejects.toMatchObject({ code: 'config_conflict' });
    const back = call('config.rollback', { revision: revisionOf(first), if_revision: revisionOf(first) });
    await expect(back).rejects.toMatchObject({ code: 'config_conflict' });
    expect(readFileSync(config, 'utf8')).toBe(second);
    expect(host.snapshot().config).toMatchObject({ phase: 'pending', revision: revisionOf(first) });
    expect((await call('config.apply', { text: null, if_revision: null })).applied).toBe(true);
    expect(host.snapshot().config).toMatchObject({ phase: 'applied', revision: revisionOf(second) });
  });

  it('starts the last good version when the file is broken at the start', async () => {
    const folder = tempFolder('last-good');
    const first = await startTestHost(file('port: 0', engine('one')), { data: folder });
    await first.host.stop();
    const second = await startTestHost('version: 1\nengines: [', { data: folder });
    expect(second.host.start).toBe('last-good');
    const { config, engines } = second.host.snapshot();
    expect(config.phase).toBe('invalid');
    expect(config.findings.length).toBeGreaterThan(0);
    expect(engines.map((e) => e.name)).toEqual(['one']);
  });

  it('moves the gateway to another port, and changes nothing when that one is taken', async () => {
    const [port, other] = [await freePort(), await freePort()];
    const { call, host, gateway } = await startTestHost(file(`port: ${port}`, engine('one')));
    expect(await gateway()).toBe(`http://127.0.0.1:${port}`);
    await call('config.apply', { text: file(`port: ${other}`, engine('one')), if_revision: null });
    await until('it listens there', () => host.snapshot().gateway.url === `http://127.0.0.1:${other}`);
    expect((await ask(`http://127.0.0.1:${other}`, 'one/x')).status).toBe(200);

    const taken = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const refused = call('config.apply', { text: file(`port: ${port}`, engine('one')), if_revision: null });
    await expect(refused).rejects.toMatchObject({ code: 'gateway_port_in_use' });
    expect(host.config()?.gateway.port).toBe(other);
    expect((await ask(`http://127.0.0.1:${other}`, 'one/x')).status).toBe(200);
    taken.close();
  });

  it('tells of a change on disk that can’t be read or applied, and takes the next one', async () => {
    const port = await freePort();
    const first = file('port: 0', engine('one'));
    const { shows, host, config } = await startTestHost(first);
    const taken = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    writeFileSync(config, file(`port: ${port}`, engine('one')));
    const pending = await shows('the port is taken', (s) => s.config.phase === 'pending');
    expect(pending.config.findings.map(({ severity, code }) => [severity, code])).toContainEqual([
      'error',
      'gateway_port_in_use',
    ]);
    expect(host.config()?.gateway.port).toBe(0);
    taken.close();

    rmSync(config);
    mkdirSync(config);
    const unreadable = await shows('it is a folder', (s) => s.config.phase === 'invalid');
    expect(unreadable.config.findings).toMatchObject([{ severity: 'error', code: 'config_unreadable' }]);
    rmdirSync(config);
    writeFileSync(config, first);
    await shows('all is well', (s) => s.config.phase === 'applied' && s.config.findings.length === 0);
  });

  it('names what holds the gateway’s port at the start, and takes it when it is free', async () => {
    const port = await freePort();
    const taken = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { shows } = await startTestHost(file(`port: ${port}`, engine('one')));
    const failed = await shows('failed, by whom', (s) => s.gateway.cause?.message.includes('pid') === true);
    expect(failed.gateway.cause?.code).toBe('gateway_port_in_use');
    expect(failed.gateway.cause?.message).toContain(String(process.pid));
    taken.close();
    await shows('ready', (s) => s.gateway.phase === 'ready');
  });

  it('leaves out only the engine whose secret is missing', async () => {
    const text = file(
      'port: 0',
      engine('one'),
      '  far: { kind: openai, url: "http://127.0.0.1:9/v1", api_key: "${secret:nowhere}" }\n',
    );
    const {
      call,
      gateway,
      engine: view,
    } = await startTestHost(`${text}models: { m: { targets: [{ engine: far, model: x }] } }\n`);
    const url = await gateway();
    expect(view('far')).toMatchObject({ phase: 'failed', cause: { code: 'secret_unavailable' } });
    const refused = await ask(url, 'm');
    expect(refused.status).toBe(503);
    expect(((await refused.json()) as { error: { code: string } }).error.code).toBe('secret_unavailable');
    expect((await call('engines.start', only('one')))[0]?.ok).toBe(true);
  });
});

describeNeeding(['llama-server'], 'a group', () => {
  it('has one member alive at a time, switched by demand, every request answered', async () => {
    const member = (name: string) => engine(name, [], '    group: gpu\n');
    const { gateway, engine: view, seen } = await startTestHost(file('port: 0', member('one'), member('two')));
    const url = await gateway();
    expect((await ask(url, 'one/x')).status).toBe(200);
    expect(view('one').phase).toBe('ready');
    // The holder keeps the group for 30 s after it became ready.
    expect((await ask(url, 'two/x')).status).toBe(200);
    expect(view('two').phase).toBe('ready');
    const both = seen.filter((s) => s.engines.every((e) => e.pid !== null));
    expect(both).toEqual([]);
  });
});

it('keeps the data of one host away from a second', async () => {
  const folder = tempFolder('two-hosts');
  await startTestHost('version: 1\n', { data: folder });
  const second = startTestHost(null, { data: folder });
  await expect(second).rejects.toMatchObject({ code: 'host_running' });
  expect(JSON.parse(readFileSync(join(folder, 'data', 'instance.json'), 'utf8')).pid).toBe(process.pid);
});
