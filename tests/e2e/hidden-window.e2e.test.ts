/** A window in the tray costs nothing: no timer in its page and no news sent to it; shown again, it knows all. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Bridge } from '../../shared/contract/ipc.ts';
import { type App, launchApp } from '../support/app.ts';
import { llamaConfig } from '../support/app-config.ts';
import { openTab } from '../support/browser.ts';
import { liveTimers, noTimers, watchTimers } from '../support/live-timers.ts';
import { serve } from '../support/serve.ts';
import { describeNeeding } from '../support/tools.ts';
import { send } from '../support/traffic.ts';
import { until } from '../support/until.ts';

/** What the page has on `window`. */
declare const stackyard: Bridge;

const PAGES = ['overview', 'models', 'engines', 'engines/llama', 'requests', 'playground', 'config'] as const;

const open = async (page: Page, where: string): Promise<void> => {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, `#/${where}`);
  await page.locator(`main#page-${where.split('/')[0]}`).waitFor();
};

/** Counts what the main process sends to its page, by event; from now on. */
const countSent = (app: App) =>
  app.electron.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (!contents) throw new Error('no window');
    const real = contents.send.bind(contents);
    const sent: string[] = [];
    Object.assign(globalThis, { sent });
    contents.send = (channel: string, ...given: unknown[]) => {
      if (channel === 'stackyard:event') sent.push(String(given[0]));
      real(channel, ...given);
    };
  });
const sent = (app: App): Promise<string[]> =>
  app.electron.evaluate(() => (globalThis as unknown as { sent: string[] }).sent.splice(0));
const does = (app: App, what: 'close' | 'show' | 'minimize' | 'restore') =>
  app.electron.evaluate(({ BrowserWindow }, act) => {
    const window = BrowserWindow.getAllWindows()[0];
    // Without a window manager nothing minimises by itself: the shell is told as one would tell it.
    if (act === 'minimize' || act === 'restore') {
      if (window) window.isMinimized = () => act === 'minimize';
      window?.emit(act);
    } else window?.[act]();
  }, what);

const gatewayOf = (page: Page): Promise<string> =>
  until('the gateway', () =>
    page.evaluate(async () => {
      const reply = await stackyard.call('snapshot.get', {});
      return reply.ok && reply.value.engines[0]?.phase === 'ready' ? reply.value.gateway.url : null;
    }),
  ) as Promise<string>;

/** How many finished requests the host has, asked from the page. */
const finished = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const reply = await stackyard.call('requests.list', { limit: 1000 });
    return reply.ok ? reply.value.finished.length : 0;
  });

/** Requests and log lines, all told to whoever watches. */
async function makeNews(gateway: string, models = ['demo', 'demo', 'demo']): Promise<void> {
  for (const model of models) expect(await send(gateway, model, { tokens: 20 })).toMatchObject({ how: 'answered' });
}

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'a window in the tray', () => {
  it('holds no timer and is sent nothing on any page, and catches up when it is shown', async () => {
    const app = await launchApp({ config: llamaConfig({ start: 'with-app' }) });
    const page = await app.window();
    await watchTimers(page);
    await page.reload();
    await page.locator('main').waitFor();
    const gateway = await gatewayOf(page);
    await makeNews(gateway, ['demo']);
    let made = 1;
    await countSent(app);

    for (const where of PAGES) {
      await open(page, where);
      await does(app, 'close');
      await noTimers(page);
      await sent(app);
      await makeNews(gateway);
      made += 3;
      // Once the host has all of it, it would have told.
      await until('the host knows', async () => (await finished(page)) === made);
      expect(await sent(app), where).toEqual([]);
      expect(await liveTimers(page), where).toEqual([]);
      await does(app, 'show');
      await until(`${where} is told again`, async () => (await sent(app)).includes('snapshot'));
    }

    await open(page, 'requests');
    const rows = page.getByRole('table', { name: 'Requests' }).getByText('demo', { exact: true });
    await until('all requests', async () => (await rows.count()) >= 22);
    await does(app, 'close');
    await noTimers(page);
    await makeNews(gateway);
    await until('the host knows', async () => (await finished(page)) === 25);
    expect(await rows.count()).toBe(22);
    await does(app, 'show');
    await until('those of the meantime', async () => (await rows.count()) === 25);
  });

  it('has caught up with its log without a gap', async () => {
    const app = await launchApp({ config: llamaConfig({ start: 'with-app' }) });
    const page = await app.window();
    const gateway = await gatewayOf(page);
    await open(page, 'engines/llama');
    const count = page.locator('.log-count');
    await until('lines', async () => Number.parseInt((await count.textContent()) ?? '', 10) > 5);
    await countSent(app);
    await does(app, 'close');
    await until('it ceased to watch', async () => (await sent(app)).includes('seen'));
    await makeNews(gateway);
    expect(await sent(app)).toEqual([]);
    await does(app, 'show');
    const whole = () =>
      page.evaluate(async () => {
        const reply = await stackyard.call('logs.read', { engine: 'llama', after: null, before: null, limit: 5000 });
        return reply.ok ? reply.value.lines.length : 0;
      });
    await until('every line', async () => Number.parseInt((await count.textContent()) ?? '', 10) === (await whole()));
  });

  it('is as quiet when it is minimised', async () => {
    const app = await launchApp({ config: llamaConfig({ start: 'with-app' }) });
    const page = await app.window();
    await watchTimers(page);
    await page.reload();
    const gateway = await gatewayOf(page);
    await countSent(app);
    await does(app, 'minimize');
    await noTimers(page);
    await sent(app);
    await makeNews(gateway);
    await until('the host knows', async () => (await finished(page)) === 3);
    expect(await sent(app)).toEqual([]);
    await does(app, 'restore');
    await until('it is told again', async () => (await sent(app)).includes('snapshot'));
  });

  it('is not even made when the app starts hidden', async () => {
    const app = await launchApp({ config: llamaConfig(), args: ['--hidden'] });
    const windows = () => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
    await until('the app is up', () => app.electron.evaluate(({ app: it }) => it.listenerCount('activate') > 0));
    expect(await windows()).toBe(0);
    await app.electron.evaluate(({ app: it }) => it.emit('activate'));
    const page = await app.window();
    await page.getByRole('article', { name: 'llama' }).waitFor();
    expect(await windows()).toBe(1);
  });
});

describeNeeding(['chromium', 'llama-server'], 'a hidden tab', () => {
  it('holds no timer and is sent nothing, and catches up when it is shown', async () => {
    const served = await serve(llamaConfig({ start: 'with-app' }), { ui: true });
    const { page } = await openTab();
    let frames = 0;
    page.on('websocket', (socket) => socket.on('framereceived', () => (frames += 1)));
    await watchTimers(page);
    // Playwright keeps every tab visible, so the page is told as a browser tells it.
    await page.addInitScript(() => {
      Object.defineProperty(document, 'visibilityState', { get: () => sessionStorage.getItem('as') ?? 'visible' });
    });
    const become = (state: 'hidden' | 'visible') =>
      page.evaluate((now) => {
        sessionStorage.setItem('as', now);
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await page.goto(served.ui);
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    await open(page, 'requests');
    await makeNews(served.gateway);
    const rows = page.getByRole('table', { name: 'Requests' }).getByText('demo', { exact: true });
    await until('three requests', async () => (await rows.count()) === 3);

    await become('hidden');
    await noTimers(page);
    // The answers to what the page said last are frames too.
    const answered = await until('quiet', async () => {
      const before = frames;
      await page.evaluate(() => fetch('/v1/models').then(() => {}));
      return frames === before && { frames };
    });
    await makeNews(served.gateway);
    await until(
      'the host knows',
      async () => JSON.parse((await served.run('requests', '--json')).out).finished.length === 6,
    );
    expect(await rows.count()).toBe(3);
    expect(frames).toBe((answered as { frames: number }).frames);
    expect(await liveTimers(page)).toEqual([]);
    await become('visible');
    await until('all six', async () => (await rows.count()) === 6);
  });
});
