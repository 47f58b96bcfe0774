/** The browser's bridge over a real router and a real control socket; only the WebSocket's client is Node's. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CONTROL_VERSION, encodeLine } from '../../../electron/host/control-lines.ts';
import { seen } from '../../../renderer/seen.ts';
import { connection } from '../../../renderer/web/connection.ts';
import { webBridge } from '../../../renderer/web/web-bridge.ts';
import type { UiTerms } from '../../../shared/contract/router.ts';
import { type PocketHost, startPocketHost } from '../../electron/cli/pocket-host.ts';
import { table } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { type Relay, startRelay } from '../../support/relay.ts';
import { tempFolder } from '../../support/tmp.ts';
import { until } from '../../support/until.ts';

const TOKEN = 'k'.repeat(43);

/** A browser says whence its page is; Node's client has to be told. */
class BrowserSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { origin: url.replace(/^ws(.*)\/ws$/, 'http$1') });
    this.on('error', () => {});
  }
}

let host: PocketHost;
let router: RunningRouter;
let tunnel: Relay;
let terms: UiTerms;
let port: number;
beforeEach(async () => {
  vi.stubGlobal('WebSocket', BrowserSocket);
  connection.setState('there', true);
  host = await startPocketHost();
  mkdirSync(dirname(host.paths.config), { recursive: true });
  writeFileSync(host.paths.config, 'version: 1\n');
  router = await startRouter(table());
  const greeting = encodeLine({ v: CONTROL_VERSION, token: host.token, from: 'window' });
  terms = { port: 0, token: TOKEN, folder: tempFolder(), socket: host.paths.socket, greeting };
  router.handle({ type: 'ui', ui: terms });
  ({ port } = await router.when(() => router.ui()?.listening));
  tunnel = await startRelay(port);
});
afterEach(async () => {
  // A bridge tries for as long as its page lives: what makes it stop is another start.
  router.handle({ type: 'ui', ui: { ...terms, token: 'over' } });
  tunnel.lead(port);
  await until('stale', () => connection.getState() === 'stale');
  tunnel.close();
  await router.close();
  await host.close();
  vi.unstubAllGlobals();
});

describe('the bridge in a browser', () => {
  it('asks before the line is open, and gives answers and the host’s own errors', async () => {
    const bridge = webBridge(tunnel.url, TOKEN);
    expect(await bridge.call('snapshot.get', {})).toMatchObject({ ok: true, value: { stack_on: true } });
    const wrong = await bridge.call('engine.detail', { engine: '' });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'bad_input' } });
    expect(bridge.platform).toBe('web');
  });

  it('sends requests to the address that the page came from, with its own token', async () => {
    const access = await webBridge(tunnel.url, TOKEN).call('gateway.access', {});
    if (!access.ok) throw new Error(access.error.message);
    expect(access.value).toEqual({ base_url: `${tunnel.url}/v1`, token: TOKEN });
    const headers = { authorization: `Bearer ${access.value.token}` };
    expect((await fetch(`${access.value.base_url}/models`, { headers })).status).toBe(200);
    expect(host.asked()).not.toContain('gateway.access');
  });

  it('hears events while it wants to and a listener is there', async () => {
    const bridge = webBridge(tunnel.url, TOKEN);
    bridge.hear(true);
    const revisions: number[] = [];
    const off = bridge.on('snapshot', ({ revision }) => revisions.push(revision));
    await until('subscribed', () => host.subscribers().length === 1);
    host.announce();
    await until('heard', () => revisions.length === 1);
    off();
    host.announce();
    await bridge.call('snapshot.get', {});
    expect(revisions).toHaveLength(1);
    bridge.hear(false);
    await until('nobody subscribed', () => host.subscribers().length === 0);
  });

  it('comes back by itself, watches what it watched, and tells what was missed', async () => {
    const bridge = webBridge(tunnel.url, TOKEN);
    const lines: string[] = [];
    bridge.on('log', (log) => lines.push(...log.lines.map(({ text }) => text)));
    bridge.hear(true);
    await bridge.call('logs.watch', { engine: 'llama', on: true });
    await bridge.call('logs.watch', { engine: 'vllm', on: true });
    await bridge.call('logs.watch', { engine: 'vllm', on: false });
    host.log('llama', 'one');
    await until('the first line', () => lines.length === 1);

    tunnel.lead(1);
    await until('lost', () => connection.getState() === 'lost');
    await until('the host forgets', () => host.watchers('llama').length === 0);
    const failed = await bridge.call('engines.stop', { names: ['llama'], wait_ms: null });
    expect(failed).toMatchObject({ ok: false, error: { code: 'no_host' } });
    host.log('llama', 'two, which nobody hears');

    tunnel.lead(port);
    await until('there', () => connection.getState() === 'there');
    await until('watched again', () => host.watchers('llama').length === 1);
    expect(host.watchers('vllm')).toEqual([]);
    host.log('llama', 'three');
    await until('all lines', () => lines.length === 3);
    expect(lines).toEqual(['one', 'two, which nobody hears', 'three']);
    expect(host.subscribers()).toHaveLength(1);
    expect(host.asked()).not.toContain('engines.stop');
  });

  it('stays away while nobody sees the page, and comes back without a subscription that is not wanted', async () => {
    const bridge = webBridge(tunnel.url, TOKEN);
    bridge.hear(true);
    await until('subscribed', () => host.subscribers().length === 1);
    seen.setState({ on: false });
    bridge.hear(false);
    tunnel.lead(1);
    await until('lost', () => connection.getState() === 'lost');
    tunnel.lead(port);
    seen.setState({ on: true });
    await until('there', () => connection.getState() === 'there');
    expect(await bridge.call('snapshot.get', {})).toMatchObject({ ok: true });
    expect(host.subscribers()).toEqual([]);
  });

  it('answers what was under way when the line broke', async () => {
    const bridge = webBridge(tunnel.url, TOKEN);
    const slow = bridge.call('model.load', { model: 'slow', engine: null });
    await until('asked', () => host.asked().includes('model.load'));
    tunnel.lead(1);
    expect(await slow).toMatchObject({ ok: false, error: { code: 'no_host' } });
    host.finishSlow();
  });
});
