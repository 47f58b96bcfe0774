/** A whole stack with a page before it: the app's window or a browser at `serve --ui`, over the same config. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { connectHost, type HostClient } from '../../../electron/host/control-client.ts';
import type { EngineView, StackSnapshot } from '../../../shared/model.ts';
import { chatEvents, json, startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';
import { launchApp } from '../../support/app.ts';
import { openTab } from '../../support/browser.ts';
import { serve } from '../../support/serve.ts';
import { tempFolder } from '../../support/tmp.ts';
import { llamaServer, need, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';
import type { Hand } from './hand.ts';
import { keyboard } from './keyboard.ts';
import { mouse } from './mouse.ts';

export interface Stack {
  readonly page: Page;
  readonly hand: Hand;
  readonly where: 'app' | 'browser';
  /** `http://127.0.0.1:PORT`, for clients. */
  readonly gateway: string;
  readonly configFile: string;
  /** What the host says, asked over the control socket. */
  snapshot(): Promise<StackSnapshot>;
  engine(name: string): Promise<EngineView>;
  call: HostClient['call'];
  /** What is on the clipboard. */
  copied(): Promise<string>;
  /** The file that the page gave last, by its name. */
  saved(name: string): Promise<string>;
  close(): Promise<void>;
}

export type Where = Stack['where'];
export type By = Hand['by'];

/**
 * Engines: `llama` is real and up, `shelf` a real one that loads and unloads, `broken` a real one with an argument that it does
 * not know, `far` a stand-in elsewhere with the models `slow`, which never ends by itself, and `full`, which refuses.
 */
export async function openStack(where: Where, by: By): Promise<Stack> {
  const far = await startUpstream(elsewhere);
  const opened = await (where === 'app' ? inApp : inBrowser)(configOf(far));
  const { page } = opened;
  const client = await until('the control socket', () =>
    connectHost({ data: opened.data, socket: join(opened.data, 'control.sock') }),
  );
  const snapshot = () => client.call('snapshot.get', {});
  const engine: Stack['engine'] = async (name) => {
    const found = (await snapshot()).engines.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no engine ${name}`);
    return found;
  };
  await until('the engines have come up', async () => {
    const phases = await Promise.all(
      ['llama', 'shelf', 'broken', 'far'].map(async (name) => (await engine(name)).phase),
    );
    if (phases.join() === 'ready,ready,failed,ready') return true;
    throw new Error(phases.join());
  });
  page.setDefaultTimeout(PATIENCE);
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  const gateway = await until('the gateway’s address', async () => (await snapshot()).gateway.url);
  const hand = by === 'mouse' ? mouse(page) : await keyboard(page);
  return {
    page,
    hand,
    where,
    gateway,
    configFile: opened.configFile,
    snapshot,
    engine,
    call: client.call,
    copied: opened.copied,
    saved: opened.saved,
    async close() {
      client.close();
      await opened.close();
      await far.close();
    },
  };
}

type Opened = Pick<Stack, 'page' | 'configFile' | 'copied' | 'saved' | 'close'> & { readonly data: string };

async function inApp(config: string): Promise<Opened> {
  const app = await launchApp({ config });
  const page = await app.window();
  const files = tempFolder();
  // In the place of the system's dialog, which nobody here could answer.
  await app.electron.evaluate(({ session }, folder) => {
    session.defaultSession.on('will-download', (_event, item) => item.setSavePath(`${folder}/${item.getFilename()}`));
  }, files);
  return {
    page,
    configFile: app.configFile,
    data: app.dataDir,
    copied: () => app.electron.evaluate(({ clipboard }) => clipboard.readText()),
    saved: (name) => until(`the file ${name}`, () => readFileSync(join(files, name), 'utf8')),
    close: () => app.kill(),
  };
}

async function inBrowser(config: string): Promise<Opened> {
  const stackyard = await serve(config, { ui: true, life: 'file' });
  const { page, complaints, asked } = await openTab();
  const { origin } = new URL(stackyard.ui);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  const files = tempFolder();
  page.on('download', (download) => void download.saveAs(join(files, download.suggestedFilename())));
  await page.goto(stackyard.ui);
  return {
    page,
    configFile: stackyard.config,
    data: stackyard.data,
    copied: () => page.evaluate(() => navigator.clipboard.readText()),
    saved: (name) => until(`the file ${name}`, () => readFileSync(join(files, name), 'utf8')),
    async close() {
      // all of it came from one address, and nothing was wrong with it
      expect([...asked]).toEqual([origin]);
      expect(complaints).toEqual([]);
      await stackyard.stop();
    },
  };
}

function configOf(far: Upstream): string {
  const shelf = tempFolder();
  copyFileSync(need(tinyModel), join(shelf, 'small.gguf'));
  const command = JSON.stringify(need(llamaServer));
  const model = JSON.stringify(need(tinyModel));
  return `# the stack of the page jobs
version: 1
gateway: { port: 0, capture: all }
app: { on_file_change: ask }
routing: { allowed_fails: 1, cooldown: 10m }
engines:
  llama:
    kind: llama.cpp
    command: ${command}
    model: ${model}
    args: ["-t", "1", "--alias", "tiny"]   # one thread   is enough
    start: with-app
  shelf: { kind: llama.cpp, command: ${command}, models_dir: ${JSON.stringify(shelf)}, args: ["-t", "1"], start: with-app }
  broken: { kind: llama.cpp, command: ${command}, model: ${model}, args: ["--nope"], start: with-app }
  far: { kind: openai, url: "${far.url}/v1" }
models:
  demo: { targets: [{ engine: llama, model: tiny }] }
  twice: { targets: [{ engine: far, model: full }, { engine: llama, model: tiny }] }
`;
}

/** The longest that anything here may take, ms: many times what it does. */
const PATIENCE = 20_000;

/** How long `slow` takes for a word, ms. */
const PACE = 50;

/** A stand-in for a server that somebody else runs. */
const elsewhere: Upstream['answer'] = async (seen) => {
  const { url, body, res } = seen;
  if (url.endsWith('/models'))
    return json(200, { object: 'list', data: ['slow', 'full'].map((id) => ({ id })) })(seen);
  const { model } = JSON.parse(body || '{}') as { model?: string };
  if (model !== 'slow') return json(500, { error: { message: 'no room', type: 'server_error' } })(seen);
  const [begin = '', word = ''] = chatEvents(['word ']);
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.write(begin);
  const pace = setInterval(() => res.write(word), PACE);
  res.on('close', () => clearInterval(pace));
};
