import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import type { Bridge } from '../../../shared/contract/ipc.ts';
import { type App, launchApp } from '../../support/app.ts';
import { llamaConfig } from '../../support/app-config.ts';
import { desktop, snapshotIn } from '../../support/desktop.ts';
import { isAlive } from '../../support/processes.ts';
import { serve } from '../../support/serve.ts';
import { describeNeeding, electron, need, top } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

/** What the page has on `window`. */
declare const stackyard: Bridge;

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the app on a desktop', () => {
  const desk = desktop();
  const started: App[] = [];
  const launch = async (config: string | null): Promise<App> => {
    const app = await launchApp({ config });
    started.push(app);
    return app;
  };
  // What a failed test left would be the first icon of the next one.
  afterEach(async () => {
    await Promise.all(started.splice(0).map((app) => app.kill()));
    await until('the panel is empty', () => desk.panel.count() === 0);
  });

  const engine = async (page: Page) => (await snapshotIn(page)).engines[0];
  /** Clicks in the tray, once its menu shows that. */
  const choose = async (...labels: string[]) => {
    const tray = await desk.panel.item();
    await until(labels.join(' › '), async () => (await tray.row(...labels))?.enabled === true);
    await tray.click(...labels);
  };
  const quit = async (app: App) => {
    const rows = (await (await desk.panel.item()).layout()).children;
    await choose(rows.at(-1)?.label ?? '');
    return app.ended;
  };

  it('shows the state in the tray, starts and stops a real engine from it, and quits without a trace', async () => {
    const app = await launch(llamaConfig({ start: 'with-app' }));
    const page = await app.window();
    const tray = await desk.panel.item();
    await until(
      'the engine is ready in the tray',
      async () => (await tray.tooltip()) === 'Stackyard: 1 engine ready',
    );
    const on = await tray.icon();
    const toggle = (await tray.layout()).children[0];
    expect(toggle).toMatchObject({ label: 'Stack on', toggle: 'checkmark', checked: true });
    const running = await engine(page);
    expect(running).toMatchObject({ phase: 'ready', owner: 'managed' });

    await choose('Stack on');
    await until('the engine is held', async () => {
      const now = await engine(page);
      return now?.phase === 'stopped' && now.held;
    });
    expect(isAlive(running?.pid ?? 0)).toBe(false);
    await until('the tray says off', async () => (await tray.tooltip()) === 'Stackyard: off');
    await until('the toggle is off', async () => (await tray.row('Stack on'))?.checked === false);
    expect((await tray.icon()).png.equals(on.png)).toBe(false);

    await choose('llama: stopped by you', 'Start');
    await until('it is ready again', async () => (await engine(page))?.phase === 'ready');
    const again = await engine(page);
    expect(await quit(app)).toEqual({ code: 0, signal: null });
    expect(isAlive(again?.pid ?? 0)).toBe(false);
    expect(await connects(again?.port ?? 0)).toBe(false);
    expect(existsSync(join(app.dataDir, 'instance.json'))).toBe(false);
  });

  it('keeps its page behind walls', async () => {
    const app = await launch(llamaConfig());
    const page = await app.window();
    expect(new URL(page.url()).href).toMatch(/^stackyard:\/\/app\/index\.html/);
    expect(await page.evaluate(() => [typeof globalThis.require, typeof globalThis.process])).toEqual([
      'undefined',
      'undefined',
    ]);
    expect(await page.evaluate(() => window.open('https://example.org') === null)).toBe(true);
    await page.evaluate(() => {
      window.location.href = 'https://example.org/';
    });
    expect(page.url()).toMatch(/^stackyard:/);
    expect(await page.evaluate(() => fetch('/../../package.json').then((r) => r.status))).toBe(404);
    expect(await page.evaluate(() => fetch('https://example.org').then(String, () => 'refused'))).toBe('refused');
    const refused = await page.evaluate(() => stackyard.call('engines.start', { names: 'llama' } as never));
    expect(refused).toMatchObject({ ok: false, error: { code: 'bad_input' } });
    const asked = await page.evaluate(() =>
      navigator.permissions.query({ name: 'notifications' }).then((p) => p.state),
    );
    expect(asked).toBe('denied');
    expect(await app.electron.windows()).toHaveLength(1);
    await quit(app);
  });

  it('reaches the gateway from the page, with the token of this launch only', async () => {
    const app = await launch(llamaConfig({ start: 'with-app' }));
    const page = await app.window();
    await until('engine and gateway are ready', async () => {
      const { engines, gateway } = await snapshotIn(page);
      return engines[0]?.phase === 'ready' && gateway.phase === 'ready';
    });
    const [status, other] = await page.evaluate(async () => {
      const access = await stackyard.call('gateway.access', {});
      if (!access.ok) throw new Error(access.error.message);
      const { base_url, token } = access.value;
      const ask = (bearer: string) =>
        fetch(`${base_url}/models`, { headers: { authorization: `Bearer ${bearer}` } }).then(
          (r) => r.status,
          () => 0,
        );
      return [await ask(token), await ask('wrong')];
    });
    expect(status).toBe(200);
    expect(other).not.toBe(200);
    await quit(app);
  });

  it('hides when it is closed, comes back at a second launch, and loses nothing by a reload', async () => {
    const app = await launch(llamaConfig());
    const page = await app.window();
    const visible = () =>
      app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((w) => w.isVisible()));
    await until('the window is shown', async () => (await visible())[0] === true);
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await until('it is hidden', async () => (await visible())[0] === false);

    const second = spawn(
      need(electron),
      [
        '--no-sandbox',
        '--disable-gpu',
        '--ozone-platform=x11',
        top,
        '--config',
        app.configFile,
        '--data-dir',
        app.dataDir,
      ],
      { stdio: 'ignore' },
    );
    const [code] = await once(second, 'exit');
    expect(code).toBe(0);
    await until('it is back', async () => (await visible())[0] === true);

    await page.reload();
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      stackyard.on('snapshot', (s) => seen.push(`${s.engines[0]?.phase}`));
    });
    await choose('llama: stopped', 'Start');
    await until('the reloaded page hears of it', () =>
      page.evaluate(() => (window as unknown as { seen: string[] }).seen.includes('ready')),
    );
    await choose('Playground');
    await until('the tray leads to a page', () => page.url().endsWith('#/playground'));
    await quit(app);
  });

  it('tells of an engine that was killed, heals it, and a click leads to it', async () => {
    const app = await launch(llamaConfig({ start: 'with-app' }));
    const page = await app.window();
    const first = await until('the engine is ready', async () => {
      const now = await engine(page);
      return now?.phase === 'ready' ? now : null;
    });
    const before = desk.notifications.shown.length;
    process.kill(first.pid ?? 0, 'SIGKILL');
    const told = await until('a notification', () => desk.notifications.shown[before]);
    expect(told.title).toBe('llama crashed');
    await until('it is healed', async () => {
      const now = await engine(page);
      return now?.phase === 'ready' && now.pid !== first.pid;
    });
    desk.notifications.invoke(told.id);
    await until('its page', () => page.url().endsWith('#/engines/llama'));
    await quit(app);
  });

  it('asks before it cuts requests, and not when a signal says so', async () => {
    const app = await launch(llamaConfig({ start: 'with-app' }));
    const page = await app.window();
    await until('engine and gateway are ready', async () => {
      const { engines, gateway } = await snapshotIn(page);
      return engines[0]?.phase === 'ready' && gateway.phase === 'ready';
    });
    await app.electron.evaluate(({ dialog }) => {
      const asked: string[] = [];
      Object.assign(globalThis, { asked });
      dialog.showMessageBox = (async (...args: unknown[]) => {
        asked.push((args.at(-1) as { message: string }).message);
        return { response: 1, checkboxChecked: false };
      }) as typeof dialog.showMessageBox;
    });
    await page.evaluate(async () => {
      const access = await stackyard.call('gateway.access', {});
      if (!access.ok) throw new Error(access.error.message);
      void fetch(`${access.value.base_url}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${access.value.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'demo',
          stream: true,
          max_tokens: 100_000,
          ignore_eos: true,
          messages: [{ role: 'user', content: 'hi' }],
        }),
      }).then(async (answer) => {
        const reader = answer.body?.getReader();
        while (reader && !(await reader.read()).done);
      });
    });
    await until('it is in flight', async () => (await snapshotIn(page)).gateway.in_flight === 1);
    const tray = await desk.panel.item();
    const label = await until('the quit item says so', async () =>
      (await tray.layout()).children
        .map((row) => row.label)
        .find((text) => text.endsWith('1 in flight') && text.startsWith('Quit')),
    );
    await choose(label);
    const asked = await until('the question', () =>
      app.electron.evaluate(() => (globalThis as unknown as { asked: string[] }).asked[0]),
    );
    expect(asked).toBe('One request is in flight.');
    expect((await engine(page))?.phase).toBe('ready');

    process.kill(app.pid, 'SIGTERM');
    expect(await app.ended).toEqual({ code: 0, signal: null });
  });

  it('says who holds the data folder when a service does, and leaves it alone', async () => {
    const service = await serve(llamaConfig());
    const place = ['--config', service.config, '--data-dir', service.data];
    const child = spawn(
      need(electron),
      ['--no-sandbox', '--disable-gpu', '--ozone-platform=x11', top, '--hidden', ...place],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, 'close');
    expect(code, said).toBe(1);
    expect(said).toMatch(new RegExp(`stackyard serve.* \\(pid ${service.pid}\\)`));
    expect((await service.status()).gateway.phase).toBe('ready');
  });

  it('opens the first-run page without a config', async () => {
    const app = await launch(null);
    const page = await app.window();
    await until('the first-run page', () => page.url().endsWith('#/setup'));
    const tray = await desk.panel.item();
    await until('nothing to switch', async () => (await tray.row('Stack on'))?.enabled === false);

    await quit(app);
  });
});

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
