import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium as playwright } from 'playwright-core';
import { afterAll } from 'vitest';
import { freePort } from './ports.ts';
import { chromium, need, top } from './tools.ts';

/** Chromium's sandbox can't run as root. */
const SWITCHES = ['--no-sandbox', '--disable-gpu', '--force-device-scale-factor=1', '--font-render-hinting=none'];

let browser: Promise<{ readonly browser: Browser; readonly port: number }> | null = null;

async function launch() {
  const port = await freePort();
  const args = [...SWITCHES, `--remote-debugging-port=${port}`];
  return { browser: await playwright.launch({ executablePath: need(chromium), args }), port };
}

export interface Tab {
  readonly page: Awaited<ReturnType<Browser['newPage']>>;
  /** Errors and warnings on the console, and errors of scripts, so far. */
  readonly complaints: string[];
  /** Origins that anything was asked from. */
  readonly asked: Set<string>;
  /** The browser's debugging port. */
  readonly port: number;
  /** A picture for people to look at, in `.cache/screenshots`. */
  photograph(name: string, look?: { width?: number; height?: number; theme?: 'light' | 'dark' }): Promise<void>;
}

/** A tab with nothing kept, in the one headless Chromium of this file. */
export async function openTab(): Promise<Tab> {
  browser ??= launch();
  const { browser: opened, port } = await browser;
  const context = await opened.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked = new Set<string>();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  return {
    page,
    complaints,
    asked,
    port,
    async photograph(name, { width = 1440, height = 900, theme = 'light' } = {}) {
      const folder = join(top, '.cache/screenshots');
      mkdirSync(folder, { recursive: true });
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
      await page.emulateMedia({ colorScheme: null });
    },
  };
}

afterAll(async () => {
  await (await browser)?.browser.close();
});
