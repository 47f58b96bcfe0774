/** Who gets into the page of `serve --ui`, and what becomes of it over restarts: a real Chromium, router and llama-server. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import { LINE_PROTOCOL, TOKEN_PROTOCOL_PREFIX } from '../../shared/contract/ui.ts';
import { llamaConfig } from '../support/app-config.ts';
import { openTab } from '../support/browser.ts';
import { startRelay } from '../support/relay.ts';
import { serve } from '../support/serve.ts';
import { tempFolder } from '../support/tmp.ts';
import { describeNeeding } from '../support/tools.ts';
import { until } from '../support/until.ts';

const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end();
});

const go = (page: Page, where: string | RegExp) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: where }).first().click();

const tokenOf = (address: string): string => new URL(address).hash.replace('#token=', '');

/** Asks the model and waits for its whole answer. */
async function converse(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill('Who are you?');
  await page.keyboard.press('Enter');
  const answer = page.getByRole('article', { name: /^Answer of/ }).last();
  await until('the whole answer', async () => (await answer.textContent())?.includes(KNOWN_ANSWER.trim().slice(-40)));
  expect(await answer.textContent()).toContain('llama');
}

describeNeeding(['chromium', 'llama-server'], 'the page in a browser', () => {
  it('finds a router that was started anew, and loses nothing that was written', async () => {
    const stackyard = await serve(llamaConfig({ start: 'with-app' }), { ui: true });
    const { page } = await openTab();
    await page.goto(stackyard.ui);
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    await go(page, 'Playground');
    await page.getByRole('textbox', { name: 'Message' }).fill('Half a thou');

    const router = (await stackyard.status()).router.pid ?? 0;
    process.kill(router, 'SIGKILL');
    await until('another router', async () => {
      const { router: now } = await stackyard.status();
      return now.pid !== null && now.pid !== router;
    });
    // What happens from now on is seen again, without a reload.
    await stackyard.run('down', 'llama');
    await page
      .getByRole('navigation')
      .getByRole('link', { name: 'llama' })
      .getByText('Stopped')
      .waitFor({ state: 'attached' });
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Half a thou');
    await stackyard.run('up', 'llama');
    await converse(page);
  });

  it('through a tunnel works likewise, and says so when another start answers there', async () => {
    const folder = tempFolder('serve');
    const first = await serve(llamaConfig({ start: 'with-app' }), { ui: true, folder });
    const tunnel = await startRelay(Number(new URL(first.ui).port));
    toEnd.push(tunnel.close);
    const { page, photograph } = await openTab();
    await page.goto(`${tunnel.url}/#token=${tokenOf(first.ui)}`);
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    await go(page, 'Playground');
    await converse(page);

    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    await page.getByRole('alert').getByText('Stackyard does not answer.').waitFor();
    await photograph('web-lost');
    const second = await serve(llamaConfig({ start: 'with-app' }), { ui: true, folder });
    expect(tokenOf(second.ui)).not.toBe(tokenOf(first.ui));
    tunnel.lead(Number(new URL(second.ui).port));
    await page.getByRole('heading', { name: 'This page is from an earlier start of Stackyard' }).waitFor();
    await photograph('web-stale', { width: 960, height: 640 });
    expect(await page.getByRole('navigation').count()).toBe(0);

    await page.goto(`${tunnel.url}/#token=${tokenOf(second.ui)}`);
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    await go(page, 'Playground');
    expect(await page.getByRole('article', { name: /^Answer of/ }).textContent()).toContain(
      KNOWN_ANSWER.trim().slice(-40),
    );
  });

  it('has its port again at the next start, and with it what the browser keeps', async () => {
    const folder = tempFolder('serve');
    const first = await serve(llamaConfig({ start: 'with-app' }), { ui: true, folder });
    const { page } = await openTab();
    await page.goto(first.ui);
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    await go(page, 'Playground');
    await converse(page);
    await page.getByRole('textbox', { name: 'Message' }).fill('Half a thou');

    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    const second = await serve(llamaConfig({ start: 'manual' }), { ui: true, folder });
    expect(new URL(second.ui).origin).toBe(new URL(first.ui).origin);
    await page.getByRole('heading', { name: 'This page is from an earlier start of Stackyard' }).waitFor();
    await page.goto(second.ui);
    await go(page, 'Playground');
    await page.getByText(KNOWN_ANSWER.trim().slice(-40)).waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Half a thou');
  });

  it('lets nobody in with a wrong token or none', async () => {
    const stackyard = await serve('version: 1\ngateway: { port: 0 }\n', { ui: true });
    const { origin } = new URL(stackyard.ui);
    const wrong = await openTab();
    await wrong.page.goto(`${origin}/#token=${'x'.repeat(43)}`);
    await wrong.page.getByRole('heading', { name: 'This page is from an earlier start of Stackyard' }).waitFor();
    const none = await openTab();
    await none.page.goto(`${origin}/`);
    await none.page.getByRole('heading', { name: 'This page needs its whole address' }).waitFor();
    await none.photograph('web-no-token', { theme: 'dark' });
    for (const { page } of [wrong, none]) expect(await page.getByRole('navigation').count()).toBe(0);
  });

  it('tells a page from elsewhere nothing, even one that knows the token', async () => {
    const stackyard = await serve('version: 1\ngateway: { port: 0 }\n', { ui: true });
    const { origin, host } = new URL(stackyard.ui);
    const elsewhere = createServer((_req, res) => res.setHeader('content-type', 'text/html').end('<p>elsewhere</p>'));
    await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
    toEnd.push(() => elsewhere.close());
    const { page } = await openTab();
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    const got = await page.evaluate(
      async ([base, where, protocols]) => {
        const fetched = await fetch(`${base}/v1/models`, {
          headers: { authorization: `Bearer ${(protocols[1] ?? '').split('.').at(-1)}` },
        }).then(
          ({ status }) => String(status),
          () => 'refused',
        );
        const line = await new Promise<string>((done) => {
          const socket = new WebSocket(`ws://${where}/ws`, [...protocols]);
          socket.onopen = () => done('open');
          socket.onclose = () => done('refused');
        });
        const frame = document.createElement('iframe');
        frame.src = base;
        document.body.append(frame);
        await new Promise((done) => frame.addEventListener('load', done));
        return { fetched, line };
      },
      [origin, host, [LINE_PROTOCOL, `${TOKEN_PROTOCOL_PREFIX}${tokenOf(stackyard.ui)}`]] as const,
    );
    expect(got).toEqual({ fetched: 'refused', line: 'refused' });
    expect(page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/');
  });
});
