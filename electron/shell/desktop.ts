/** The app on a desktop: window, tray, notifications and quitting, around one running host. */
import { join } from 'node:path';
import { app, clipboard, nativeTheme, powerMonitor, session, shell } from 'electron';
import type { Caller } from '../../shared/contract/ipc.ts';
import type { VerifyView } from '../../shared/contract/verify.ts';
import { routeNewsWords, verifiedWords } from '../../shared/route-news-words.ts';
import type { Host } from '../host/host.ts';
import { setAppMenu } from './app-menu.ts';
import { askToQuit } from './dialogs.ts';
import { openIpc } from './ipc.ts';
import { setLoginItem } from './login-item.ts';
import { noticeWords } from './notice-words.ts';
import { createNotifier } from './notifications.ts';
import { serveRenderer } from './protocol.ts';
import { createQuit } from './quit.ts';
import { guardContents, guardSession } from './security.ts';
import { openTray } from './tray.ts';
import { doTrayAction } from './tray-actions.ts';
import { openWindow } from './window.ts';

export interface DesktopOptions {
  readonly host: Host;
  /** The app's folder, with `out` and `assets`. */
  readonly appPath: string;
  readonly hidden: boolean;
  /** The usual config and data: only then is the login item ours to set. */
  readonly usual: boolean;
}

export interface Desktop {
  /** Brings the window to the front. */
  show(): void;
}

/** Builds it all; call after `ready`. It ends with the process. */
export function openDesktop({ host, appPath, hidden, usual }: DesktopOptions): Desktop {
  const say = (line: string) => console.error(line);
  const icon = join(appPath, 'assets', 'icons', 'icon.png');
  guardContents();
  guardSession(session.defaultSession);
  serveRenderer(session.defaultSession, join(appPath, 'out', 'renderer'));
  setAppMenu();
  applyConfig();

  const quit = createQuit({
    inFlight: () => host.snapshot().gateway.in_flight,
    ask: (inFlight) => askToQuit(inFlight, window.current()),
    stop: (options) => host.stop(options),
    exit: (code) => {
      tray?.close();
      app.exit(code);
    },
    say,
  });

  const ipc = openIpc(host, {
    'shell.copy': async ({ text }) => {
      await clipboard.writeText(text);
    },
    'shell.reveal': async ({ what }) => {
      shell.showItemInFolder(what === 'config' ? host.paths.config : join(host.paths.data, 'logs', 'stackyard.log'));
    },
    'shell.ready': async () => window.ready(),
  });

  const window = openWindow({
    preload: join(appPath, 'out', 'preload', 'index.cjs'),
    icon,
    memory: app.getPath('userData'),
    page: host.start === 'missing' ? 'setup' : host.start === 'applied' ? null : 'config',
    hidden,
    onClose: () => {
      if (quit.stopping()) return 'quit';
      if (host.config()?.app.close_to_tray ?? true) return 'hide';
      // Quitting may ask first, so the window stays until it is decided.
      quit.byUser();
      return 'stay';
    },
    onMade: (made) => ipc.attach(made.webContents),
    onSeen: ipc.onScreen,
  });

  function open(page: string | null): void {
    window.show();
    if (page !== null) ipc.send('navigate', { page });
  }

  const tray = openTray(host.snapshot(), {
    assets: join(appPath, 'assets'),
    onClick: () => open(null),
    onAction: (action) =>
      void doTrayAction(action, {
        handlers: host.handlers,
        copy: async (text) => {
          await clipboard.writeText(text);
        },
        open,
        quit: quit.byUser,
        verified: (run) => notify(verifiedWords(run), 'models'),
        say,
      }),
  });

  const own: Caller = {
    id: 'desktop',
    from: 'window',
    onGone: () => {},
    emit: (event, payload) => {
      if (event === 'snapshot') tray?.show(payload as ReturnType<Host['snapshot']>);
      else if (event === 'verify') tray?.showMore({ verifying: (payload as VerifyView).running !== null });
      else if (event === 'config') applyConfig();
    },
  };
  host.subscribe(own);
  host.onGpus((sample) => tray?.showMore({ gpus: sample }));
  const notifier = createNotifier(icon, open);
  const notify: typeof notifier = (words, page) => {
    if (host.config()?.app.notifications ?? true) notifier(words, page);
  };
  host.onNotice((notice) => notify(noticeWords(notice), `engines/${notice.engine}`));
  host.onRouteNews((news) => notify(routeNewsWords(news), 'models'));

  function applyConfig(): void {
    const settings = host.config()?.app;
    if (settings === undefined) return;
    nativeTheme.themeSource = settings.theme;
    if (usual)
      setLoginItem(settings.launch_at_login).catch((error) => say(`Stackyard: login item: ${String(error)}`));
  }

  // The page is hidden, not gone; and without any window the tray remains.
  app.on('window-all-closed', () => {});
  app.on('activate', () => open(null));
  app.on('before-quit', (event) => {
    event.preventDefault();
    quit.byUser();
  });
  // After `ready`: Electron puts its own signal handlers in place until then.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit.bySystem);
  powerMonitor.on('resume', () => host.woke());
  // On Linux the host reads the system's own files, as it does without a desktop.
  if (process.platform !== 'linux') host.powerFrom(() => powerMonitor.onBatteryPower);
  powerMonitor.on('shutdown', (event?: { preventDefault?: () => void }) => {
    event?.preventDefault?.();
    quit.bySystem();
  });
  return { show: () => open(null) };
}
