import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { descendants } from './processes.ts';
import { tempFolder } from './tmp.ts';
import { electron, need, top } from './tools.ts';

export interface App {
  /** Playwright's handle: `electron.evaluate(…)` runs in the main process. */
  electron: ElectronApplication;
  pid: number;
  dataDir: string;
  /** Where the config is, or would be. */
  configFile: string;
  /** What the main process has printed so far, both streams. */
  output(): string;
  /** The first window; waits for it. */
  window(): Promise<Page>;
  /** Exit code and signal, once it has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends it with SIGKILL, and whatever it has started. For a quit as users do it, click it in the tray. */
  kill(): Promise<void>;
}

export interface AppOptions {
  /** The config's YAML; null: there is no file (first run). */
  config?: string | null;
  /** A home from an earlier launch, to start the same app again. */
  home?: string;
  args?: string[];
  env?: Record<string, string>;
  /** The folder of the app; by default this project, as built. */
  folder?: string;
}

const PATIENCE_MS = 60_000;
const running = new Set<App>();

/**
 * Starts the built app in a home of its own: config, data, userData and all that the desktop's libraries write are in a
 * temporary folder. What a failing test leaves running is killed when its file is over.
 */
export async function launchApp(options: AppOptions = {}): Promise<App> {
  const { config = null, home = tempFolder('sy'), args = [], env = {}, folder = top } = options;
  const dataDir = join(home, 'data');
  const configFile = join(home, 'config', 'stackyard', 'stackyard.yaml');
  mkdirSync(join(home, 'config', 'stackyard'), { recursive: true });
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
  if (config !== null) writeFileSync(configFile, config);

  const handle = await _electron.launch({
    executablePath: need(electron),
    args: [...SWITCHES, folder, '--config', configFile, '--data-dir', dataDir, ...args],
    env: { ...inherited(), ...homeVariables(home), ...env },
    cwd: home,
    timeout: PATIENCE_MS,
    colorScheme: null, // otherwise Playwright forces the light theme on every page
  });
  const child = handle.process();
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const ended: App['ended'] = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const app: App = {
    electron: handle,
    pid: child.pid ?? 0,
    dataDir,
    configFile,
    output: () => output,
    window: () => handle.firstWindow({ timeout: PATIENCE_MS }),
    ended,
    async kill() {
      const all = child.exitCode === null && child.signalCode === null ? [app.pid, ...descendants(app.pid)] : [];
      for (const pid of all) killOne(pid);
      await ended;
    },
  };
  running.add(app);
  void ended.then(() => running.delete(app));
  return app;
}

/** Chromium's sandbox can't run as root, and a machine without a screen has no GPU to use. */
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--force-device-scale-factor=1',
  '--font-render-hinting=none',
  ...(process.platform === 'linux' ? ['--ozone-platform=x11', '--password-store=basic'] : []),
];

const homeVariables = (home: string): Record<string, string> => ({
  HOME: home,
  XDG_CONFIG_HOME: join(home, 'config'),
  XDG_STATE_HOME: join(home, 'state'),
  XDG_DATA_HOME: join(home, 'share'),
  XDG_CACHE_HOME: join(home, 'cache'),
  XDG_RUNTIME_DIR: join(home, 'run'),
});

const inherited = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(VITEST|NODE_OPTIONS$|ELECTRON_)/.test(entry[0]),
    ),
  );

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it is gone already
  }
}

afterAll(async () => {
  await Promise.all([...running].map((app) => app.kill()));
});
