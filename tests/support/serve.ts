import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, afterEach } from 'vitest';
import { tempFolder } from './tmp.ts';
import { top } from './tools.ts';
import { until } from './until.ts';

export interface Served {
  readonly child: ChildProcess;
  readonly pid: number;
  /** `http://127.0.0.1:PORT`. */
  readonly gateway: string;
  /** The page's address with its token; empty without `ui`. */
  readonly ui: string;
  readonly data: string;
  readonly config: string;
  /** Everything on stderr so far. */
  errors(): string;
  /** Runs another command of the same command line and gives what it printed. */
  run(...args: string[]): Promise<{ code: number | null; out: string; err: string }>;
  /** `status --json`. */
  status(): Promise<Status>;
  /** Ends it with SIGTERM, unless it has ended. */
  stop(): Promise<void>;
}

export interface Status {
  readonly gateway: { readonly phase: string; readonly url: string | null };
  readonly engines: readonly {
    readonly name: string;
    readonly phase: string;
    readonly pid: number | null;
    readonly port: number | null;
  }[];
  readonly router: { readonly pid: number | null };
}

let programs: Promise<string> | null = null;
/** What is to be ended when the test is over, and what when the file is. */
const running = { test: new Set<ChildProcess>(), file: new Set<ChildProcess>() };

/** The command line and the router, built once for this file: `cli.js` and `router.js` in one folder. */
export function builtPrograms(): Promise<string> {
  programs ??= (async () => {
    const outDir = join(top, '.cache', 'test-programs', `cli-${process.pid}`);
    for (const entry of ['cli', 'router']) {
      await build({
        configFile: false,
        logLevel: 'error',
        root: top,
        build: {
          ssr: join(top, `electron/${entry}.ts`),
          outDir,
          emptyOutDir: false,
          target: 'node20.18',
          rollupOptions: { output: { format: 'es', entryFileNames: `${entry}.js` } },
        },
      });
    }
    return outDir;
  })();
  return programs;
}

/**
 * `stackyard serve` as a process of its own, listening; ended with SIGTERM when the test is over, or with `life: 'file'` when
 * its file is. With `ui` it is the built app's, and serves the page too.
 */
export async function serve(
  text: string,
  options: { folder?: string; env?: Record<string, string>; ui?: boolean; life?: 'test' | 'file' } = {},
): Promise<Served> {
  const { ui = false, life = 'test' } = options;
  const cli = ui ? join(top, 'out', 'main', 'cli.js') : join(await builtPrograms(), 'cli.js');
  const folder = options.folder ?? tempFolder('serve');
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'stackyard.yaml');
  const data = join(folder, 'data');
  writeFileSync(config, text);
  const place = ['--config', config, '--data-dir', data];
  const child = spawn(process.execPath, [cli, 'serve', ...(ui ? ['--ui'] : []), ...place], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  running[life].add(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const said = (what: string, line: RegExp): Promise<string> =>
    until(what, () => {
      if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}: ${err}`);
      return line.exec(out)?.[1];
    });
  const gateway = await said('the gateway listens', /gateway listening on (\S+)/);
  const run: Served['run'] = (...args) => runCli(cli, [...args, ...place]);
  return {
    child,
    pid: child.pid ?? 0,
    gateway,
    ui: ui ? await said('the page is served', /ui at (\S+)/) : '',
    data,
    config,
    errors: () => err,
    run,
    status: async () => JSON.parse((await run('status', '--json')).out) as Status,
    stop: () => end(child),
  };
}

async function runCli(cli: string, args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code: code as number | null, out, err };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function endAll(children: Set<ChildProcess>): Promise<void> {
  await Promise.all([...children].map(end));
  children.clear();
}

afterEach(() => endAll(running.test));

afterAll(async () => {
  await endAll(running.file);
  if (programs !== null) rmSync(await programs, { recursive: true, force: true });
});
