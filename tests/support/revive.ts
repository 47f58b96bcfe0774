import { type Browser, chromium, type Page } from 'playwright-core';
import WebSocket from 'ws';
import { until } from './until.ts';

interface Target {
  readonly type: string;
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
}

/** The pages that a Chromium with this debugging port has. */
async function pagesAt(port: number): Promise<readonly Target[]> {
  const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly Target[];
  return list.filter(({ type }) => type === 'page');
}

/**
 * Does what a person does who finds a tab crashed: reloads it. Playwright itself is done with a page that has crashed, so this goes
 * over the debugging port.
 */
export async function reloadCrashed(port: number): Promise<void> {
  const [page] = await until('the crashed page', () => pagesAt(port));
  const socket = new WebSocket(page?.webSocketDebuggerUrl ?? '');
  const answered = new Promise<string>((done, fail) => {
    socket.once('open', () => socket.send(JSON.stringify({ id: 1, method: 'Page.reload' })));
    socket.once('error', fail);
    socket.on('message', (data) => {
      if ((JSON.parse(String(data)) as { id?: number }).id === 1) done(String(data));
    });
  });
  await answered;
  socket.close();
}

/** A new handle on the page of a Chromium with this debugging port; `close` leaves the page as it is. */
export async function lookAgain(port: number): Promise<{ readonly page: Page; close(): Promise<void> }> {
  const browser: Browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = await until('a page', () => browser.contexts().flatMap((context) => context.pages())[0]);
  return { page, close: () => browser.close() };
}
