#!/usr/bin/env node
/**
 * `npm run ui:gallery [OUT]`: photographs every component of the window in every state, light and dark, into OUT (default
 * `.cache/gallery`). `-- --serve` shows the page in a browser of your own instead, with changes as you save them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import react from '@vitejs/plugin-react';
import { _electron } from 'playwright-core';
import { createServer } from 'vite';
import { ensureElectron } from './get-electron.mjs';
import { top } from './lib/built-app.mjs';
import { electronArguments, hasDisplay } from './lib/electron-arguments.mjs';
import { STILL, stillPicture } from './lib/still-picture.mjs';
import { startDesktop } from './test/desktop.mjs';

const FOLDER = join(top, 'tests/renderer/gallery');

/** Serves the page on the loopback. @returns {Promise<import('vite').ViteDevServer>} */
export async function serveGallery() {
  const server = await createServer({
    root: FOLDER,
    configFile: false,
    plugins: [react()],
    cacheDir: join(top, 'node_modules/.vite-gallery'),
    server: { port: 0, host: '127.0.0.1', fs: { allow: [top] } },
    logLevel: 'warn',
  });
  return server.listen();
}

/** @typedef {import('playwright-core').Page} Page @typedef {{ name: string, png: Buffer }} Photo */

/** What is photographed: the whole page, and what opens over it. @type {Record<string, (page: Page) => Promise<Buffer>>} */
const SCENES = {
  components: async (page) => {
    await page.getByRole('textbox', { name: 'A config' }).scrollIntoViewIfNeeded(); // an editor measures its lines once they are seen
    return stillPicture(() => page.screenshot({ ...STILL, fullPage: true }));
  },
  menu: (page) => opened(page, page.getByRole('button', { name: 'More', exact: true }).click(), '.popup'),
  tooltip: async (page) => {
    await page.keyboard.press('Tab'); // by keyboard: the screen's own pointer can stand in the way of one that is played
    return opened(page, page.getByRole('button', { name: 'Restart', exact: true }).focus(), '.tooltip');
  },
  toasts: async (page) => {
    await page.getByRole('button', { name: 'Say something' }).click();
    // one that is pointed at stays
    return opened(page, page.getByText('Copied base URL').hover(), '.toasts');
  },
  select: (page) => opened(page, page.getByRole('combobox', { name: 'Chosen', exact: true }).click(), '.popup'),
  dialog: (page) => opened(page, page.getByRole('button', { name: 'Open a dialog' }).click(), '.dialog'),
};

/** Their names. */
export const GALLERY_SCENES = Object.keys(SCENES);

/**
 * @param {Page} page
 * @param {Promise<void>} opening
 * @param {string} what
 */
async function opened(page, opening, what) {
  await opening;
  return stillPicture(() => page.locator(what).screenshot(STILL));
}

/**
 * Photographs the gallery in an Electron window.
 *
 * @param {{ electron: string, url: string, env?: NodeJS.ProcessEnv }} where
 * @returns {Promise<Photo[]>} `SCENE-THEME`
 */
export async function photographGallery({ electron, url, env = {} }) {
  const { switches, env: own } = electronArguments();
  const app = await _electron.launch({
    executablePath: electron,
    args: [
      ...switches,
      '--disable-gpu',
      '--force-device-scale-factor=1',
      '--font-render-hinting=none',
      join(FOLDER, 'window.mjs'),
    ],
    env: /** @type {Record<string, string>} */ ({ ...own, ...env, STACKYARD_GALLERY_URL: url }),
    colorScheme: null,
  });
  try {
    const page = await app.firstWindow();
    /** @type {Photo[]} */
    const photos = [];
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await app.evaluate(({ nativeTheme }, t) => {
        nativeTheme.themeSource = t;
      }, theme);
      for (const [scene, take] of Object.entries(SCENES)) {
        await page.reload();
        await page.getByRole('heading', { name: 'Components' }).waitFor();
        await page.locator(`html[data-theme=${theme}]`).waitFor();
        await page.evaluate('document.fonts.ready');
        photos.push({ name: `${scene}-${theme}`, png: await take(page) });
      }
    }
    return photos;
  } finally {
    await app.close();
  }
}

async function main() {
  const [out = '.cache/gallery'] = process.argv.slice(2).filter((one) => !one.startsWith('--'));
  const server = await serveGallery();
  const url = server.resolvedUrls?.local[0] ?? '';
  if (process.argv.includes('--serve')) return console.log(url);
  const electron = await ensureElectron({ cacheDir: join(top, '.cache'), log: console.log });
  const desktop = hasDisplay() ? null : await startDesktop();
  try {
    const photos = await photographGallery({ electron: electron.path, url, env: desktop?.env ?? {} });
    mkdirSync(resolve(out), { recursive: true });
    for (const { name, png } of photos) writeFileSync(join(resolve(out), `${name}.png`), png);
    console.log(`${photos.length} pictures in ${resolve(out)}`);
  } finally {
    desktop?.close();
    await server.close();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
