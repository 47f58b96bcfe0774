/** The real app in a real window, with figures and clock that stand still: docs/decisions/0046-pictures.md. */
import type { Page } from 'playwright-core';
import { STILL, stillPicture } from '../../build/lib/still-picture.mjs';
import type { Conversation } from '../../renderer/chat/conversation.ts';
import type { SceneName } from '../renderer/support/stage/scenes.ts';
import { type App, launchApp } from './app.ts';
import { bundle } from './bundle.ts';
import type { takePlace } from './recorded-host.ts';
import { untilEqual } from './until.ts';

/** When it is, in every picture. */
const NOW = Date.parse('2026-11-23T14:09:22.000Z');

export type Theme = 'light' | 'dark';
export interface Size {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

export interface FrozenApp {
  readonly page: Page;
  /** Loads the page anew, over that scene, at `#/…`. */
  open(scene: SceneName, hash: string, size: Size): Promise<void>;
  /** What the window shows, once it has come to rest. */
  picture(theme: Theme): Promise<Buffer>;
}

declare global {
  /** Only in the app's main process. */
  var showScene: ReturnType<typeof takePlace> | undefined;
}

/** Starts the app as users do, without a config of its own, and lets a recorded stack answer its window. */
export async function launchFrozenApp(): Promise<FrozenApp> {
  const program = await bundle('tests/support/recorded-host.ts', 'cjs');
  const app = await launchApp({ args: ['--lang=en-US'], env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' } });
  const page = await app.window();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await app.electron.evaluate(({ ipcMain, BrowserWindow }, file) => {
    const { createRequire } = process.getBuiltinModule('node:module');
    const [window] = BrowserWindow.getAllWindows();
    globalThis.showScene = createRequire(file)(file).takePlace(ipcMain, window);
  }, program);
  await page.clock.setFixedTime(NOW);

  return {
    page,
    async open(scene, hash, size) {
      await setSize(app, page, size);
      const kept = await app.electron.evaluate((_, [name, now]) => globalThis.showScene?.(name, now), [
        scene,
        NOW,
      ] as const);
      await page.mouse.move(0, 0); // what an earlier scene hovered over would be lit
      await page.goto('stackyard://app/nothing-is-here'); // no page of ours runs there, so nothing writes what is cleared
      await page.evaluate(keepForPage, { draft: kept?.draft ?? null, chat: kept?.chat ?? null });
      await page.goto(`stackyard://app/index.html${hash}`);
      await page.evaluate(() => document.fonts.ready);
    },
    async picture(theme) {
      await app.electron.evaluate(({ nativeTheme }, t) => {
        nativeTheme.themeSource = t;
      }, theme);
      await untilEqual('the theme', () => page.evaluate(() => document.documentElement.dataset.theme), theme);
      return stillPicture(() => page.screenshot(STILL));
    },
  };
}

async function setSize(app: App, page: Page, { width, height }: Size): Promise<void> {
  await app.electron.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h), [
    width,
    height,
  ] as const);
  await untilEqual('the window’s size', () => page.evaluate(() => [window.innerWidth, window.innerHeight]), [
    width,
    height,
  ]);
}

/** Runs in the page: forgets what an earlier scene has left, and keeps what this one begins with. */
async function keepForPage({ draft, chat }: { draft: unknown; chat: Conversation | null }): Promise<void> {
  sessionStorage.clear();
  localStorage.clear();
  if (draft) sessionStorage.setItem('stackyard.draft', JSON.stringify(draft));
  const opening = indexedDB.open('stackyard');
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onupgradeneeded = () => opening.result.createObjectStore('chats');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const change = db.transaction('chats', 'readwrite');
  change.objectStore('chats').clear();
  if (chat) {
    change.objectStore('chats').put(chat, chat.id);
    localStorage.setItem('stackyard.chat', chat.id);
  }
  await new Promise((resolve) => {
    change.oncomplete = resolve;
  });
  db.close();
}
