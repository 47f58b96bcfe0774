/**
 * Photographs every page over the scripted bridge, for eyes only: `node tests/renderer/support/photograph.mjs OUT [page…]`.
 * Needs a Chromium: `CHROMIUM`, else /usr/bin/chromium. Nothing of this is shipped.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { PAGES } from './pages.mjs';

const [out = 'photos', ...only] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const top = resolve(import.meta.dirname, '../../..');
const server = await createServer({
  root: join(import.meta.dirname, 'stage'),
  configFile: false,
  plugins: [react()],
  cacheDir: join(top, 'node_modules/.vite-stage'),
  server: { port: 0, host: '127.0.0.1', fs: { allow: [top] } },
  logLevel: 'warn',
});
await server.listen();
const base = server.resolvedUrls.local[0];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--headless=new', '--disable-gpu'],
});
try {
  for (const theme of (process.env.THEMES ?? 'light,dark').split(',')) {
    for (const size of (process.env.SIZES ?? '1440x900,960x640').split(',')) {
      const [width, height] = size.split('x').map(Number);
      for (const { name, scene, hash, act } of PAGES) {
        if (only.length > 0 && !only.includes(name)) continue;
        const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme });
        page.on('pageerror', (error) => console.error(`${name}: ${error}`));
        page.on('console', (m) => m.type() === 'error' && console.error(`${name}: ${m.text()}`));
        await page.goto(`${base}?scene=${scene}${hash}`, { waitUntil: 'networkidle' });
        await page.evaluate(() => document.fonts.ready);
        try {
          await act?.(page);
        } catch (error) {
          console.error(`${name}: ${error}`);
        }
        await page.waitForTimeout(700); // for eyes only: lets fades and the plan's rest pass
        await page.screenshot({ path: join(out, `${name}-${theme}-${size}.png`) });
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
  await server.close();
}
