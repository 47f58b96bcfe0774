/** A packaged app, driven from outside only: its fuses let nothing in (no inspector, no NODE_OPTIONS). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { WebSocket } from 'ws';
import { giveTo, ordinaryUser } from './ordinary-user.ts';
import { until } from './until.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface PackagedApp {
  readonly child: ChildProcess;
  /** The window's page, over Chromium's own debugging port, which a switch of this test opened. */
  page(): Promise<Page>;
  /** How many pages there are: a hidden app has none. */
  pages(): Promise<number>;
  /** What an expression gives in the page, once there is one. */
  evaluate(expression: string): Promise<unknown>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  output(): string;
}

/** Someone's home with this package in reach; everything runs as an ordinary user, with Chromium's sandbox on. */
export interface PackagedHome {
  readonly home: string;
  readonly configFile: string;
  readonly dataDir: string;
  /** What the desktop's autostart would read. */
  readonly autostartFile: string;
  /** Starts the app as a desktop would: with no word of where things are. */
  launch(words?: readonly string[]): PackagedApp;
  /** Runs a command of its command line to the end. */
  cli(words: readonly string[], env?: Record<string, string>): Promise<Ran>;
  /** Starts something of the package's and leaves it running. */
  spawn(words: readonly string[], env?: Record<string, string>): ChildProcess;
}

const SWITCHES = ['--disable-gpu', '--ozone-platform=x11', '--password-store=basic'];
const running = new Set<ChildProcess>();
const browsers: Browser[] = [];

export function packagedHome(
  program: string,
  home: string,
  config: string | null,
  desktop: Record<string, string>,
): PackagedHome {
  const user = ordinaryUser();
  const configFile = join(home, 'config', 'stackyard', 'stackyard.yaml');
  mkdirSync(join(home, 'config', 'stackyard'), { recursive: true });
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
  if (config !== null) writeFileSync(configFile, config);
  giveTo(user, home);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_DATA_HOME: join(home, 'share'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_RUNTIME_DIR: join(home, 'run'),
    ...desktop,
  };
  const start = (words: readonly string[], more: Record<string, string> = {}): ChildProcess => {
    const child = spawn(program, [...words], {
      ...user,
      cwd: home,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  const texts = (child: ChildProcess): { out: string; err: string } => {
    const said = { out: '', err: '' };
    child.stdout?.on('data', (chunk) => {
      said.out += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      said.err += chunk;
    });
    return said;
  };
  return {
    home,
    configFile,
    dataDir: join(home, 'state', 'stackyard'),
    autostartFile: join(home, 'config', 'autostart', 'stackyard.desktop'),
    spawn: start,
    launch(words = []) {
      const child = start([...SWITCHES, '--remote-debugging-port=0', ...words]);
      const said = texts(child);
      const port = (): Promise<string> =>
        until('the debugging port', () => /DevTools listening on (\S+)/.exec(said.err)?.[1]);
      const pages = async (): Promise<readonly string[]> => {
        const answer = await fetch(`http://${new URL(await port()).host}/json`);
        const all = (await answer.json()) as { type: string; webSocketDebuggerUrl: string }[];
        return all.filter(({ type }) => type === 'page').map(({ webSocketDebuggerUrl }) => webSocketDebuggerUrl);
      };
      return {
        child,
        pages: async () => (await pages()).length,
        async evaluate(expression) {
          const address = await until('the page', async () => (await pages())[0]);
          const line = new WebSocket(address);
          await once(line, 'open');
          line.send(
            JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }),
          );
          const [answer] = (await once(line, 'message')) as [Buffer];
          line.close();
          return (JSON.parse(answer.toString()) as { result: { result: { value: unknown } } }).result.result.value;
        },
        ended: once(child, 'exit').then(([code, signal]) => ({ code, signal })),
        output: () => said.out + said.err,
        async page() {
          const browser = await chromium.connectOverCDP(await port());
          browsers.push(browser);
          return until('the window’s page', () => browser.contexts()[0]?.pages()[0]);
        },
      };
    },
    async cli(words, more) {
      const child = start(['--ozone-platform=headless', '--cli', ...words], more);
      const said = texts(child);
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, ...said };
    },
  };
}

afterAll(async () => {
  for (const browser of browsers) await browser.close().catch(() => {});
  for (const child of [...running]) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
});
