/** The one window. Closing hides it, a page that dies is loaded again, and it opens where it was. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { reloadsAfterCrash } from './crash-guard.ts';
import { ORIGIN } from './identity.ts';
import { MINIMUM, placeWindow, readWindowState } from './window-state.ts';

export interface WindowOptions {
  readonly preload: string;
  readonly icon: string;
  /** Folder that remembers where the window was. */
  readonly memory: string;
  /** Page to begin with, e.g. `setup`; `null` = the page's own choice. */
  readonly page: string | null;
  readonly hidden: boolean;
  /** Asked at each close: hide, stay as it is, or go. */
  readonly onClose: () => 'hide' | 'stay' | 'quit';
  /** Made, when it is first wanted or after the last one was destroyed; before anything is loaded. */
  readonly onMade: (window: BrowserWindow) => void;
  /** It came onto the screen, or went into the tray or the dock. */
  readonly onSeen: (on: boolean) => void;
}

export interface MainWindow {
  show(): void;
  /** The page says that it is up. */
  ready(): void;
  current(): BrowserWindow | null;
}

/** The tokens' page background, so that nothing flashes before the first paint. */
const BACKGROUND = { light: '#f5f5f2', dark: '#0f1012' } as const;
const UNRESPONSIVE = 15_000;

/** Opens the window, hidden until its page is painted. One that is to be hidden costs nothing: it is made when it is wanted. */
export function openWindow(options: WindowOptions): MainWindow {
  let window: BrowserWindow | null = null;
  let wanted = !options.hidden;
  let painted = false;

  function reveal(): void {
    if (!wanted || !painted || window === null) return;
    void app.dock?.show();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  function make(): void {
    painted = false;
    window = build(options);
    const mine = window;
    mine.once('ready-to-show', () => {
      painted = true;
      reveal();
    });
    mine.on('close', (event) => {
      const what = options.onClose();
      if (what === 'quit') return;
      event.preventDefault();
      if (what === 'stay') return;
      wanted = false;
      mine.hide();
      app.dock?.hide();
    });
    mine.once('closed', () => {
      if (window === mine) window = null;
    });
    tellSeen(mine, options.onSeen);
    remember(mine, options.memory);
    revive(mine);
    options.onMade(mine);
    void mine.loadURL(`${ORIGIN}/index.html${options.page === null ? '' : `#/${options.page}`}`).catch((error) => {
      console.error(`Stackyard: the window could not load its page: ${String(error)}`);
    });
  }

  if (wanted) make();
  return {
    show() {
      wanted = true;
      if (window === null) make();
      reveal();
    },
    ready() {
      painted = true;
      reveal();
    },
    current: () => window,
  };
}

function build({ preload, icon, memory }: WindowOptions): BrowserWindow {
  const saved = readState(memory);
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const window = new BrowserWindow({
    ...placeWindow(
      saved,
      [primary, ...others].map((display) => display.workArea),
    ),
    minWidth: MINIMUM.width,
    minHeight: MINIMUM.height,
    title: 'Stackyard',
    icon,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (saved?.maximized) window.once('show', () => window.maximize());
  return window;
}

const stateFile = (memory: string) => join(memory, 'window.json');

function readState(memory: string) {
  try {
    return readWindowState(readFileSync(stateFile(memory), 'utf8'));
  } catch {
    return null; // the first time there is none
  }
}

function tellSeen(window: BrowserWindow, tell: (on: boolean) => void): void {
  const look = () => tell(window.isVisible() && !window.isMinimized());
  window.on('show', look);
  window.on('hide', look);
  window.on('minimize', look);
  window.on('restore', look);
}

/** Saved when it changes, not at quit: the end may come without one. */
function remember(window: BrowserWindow, memory: string): void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    if (window.isDestroyed() || !window.isVisible()) return;
    const state = JSON.stringify({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
    try {
      writeFileSync(`${stateFile(memory)}.new`, state);
      renameSync(`${stateFile(memory)}.new`, stateFile(memory));
    } catch (error) {
      console.error(`Stackyard: the window’s place could not be remembered: ${String(error)}`);
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 300);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('maximize', soon);
  window.on('unmaximize', soon);
  window.once('closed', () => clearTimeout(timer));
}

/** A page that crashed is loaded again; one that hangs is ended first. */
function revive(window: BrowserWindow): void {
  const crashes: number[] = [];
  let hanging: NodeJS.Timeout | undefined;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    clearTimeout(hanging);
    if (window.isDestroyed()) return;
    const at = performance.now();
    crashes.push(at);
    console.error(`Stackyard: the window’s page ended (${reason}).`);
    if (reloadsAfterCrash(crashes, at)) window.webContents.reload();
  });
  window.on('unresponsive', () => {
    hanging = setTimeout(() => window.webContents.forcefullyCrashRenderer(), UNRESPONSIVE);
  });
  window.on('responsive', () => clearTimeout(hanging));
  window.once('closed', () => clearTimeout(hanging));
}
