/** The first run on real Electron: what is on this machine is found, the file is previewed and written, the first answer comes. */
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import { USUAL_PORTS } from '../../electron/host/detect.ts';
import { enginePorts } from '../../electron/host/listeners.ts';
import { launchApp } from '../support/app.ts';
import { photograph, photographFailure } from '../support/photograph.ts';
import { isFree } from '../support/ports.ts';
import { tempFolder } from '../support/tmp.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../support/tools.ts';
import { until } from '../support/until.ts';

/** The port that Stackyard proposes first. */
const USUAL_PORT = 4000;

/** What pip leaves of the release that nobody may run; its program would tell. */
function compromisedLitellm(home: string): void {
  const info = join(home, '.venv/lib/python3.12/site-packages/litellm-1.82.8.dist-info');
  mkdirSync(info, { recursive: true });
  writeFileSync(join(info, 'METADATA'), 'Metadata-Version: 2.4\nName: litellm\nVersion: 1.82.8\n');
  mkdirSync(join(home, '.venv/bin'));
  writeFileSync(join(home, '.venv/bin/litellm'), `#!/bin/sh\ntouch ${home}/was-run\n`, { mode: 0o755 });
}

/** A server of OpenAI's API that wants a key. */
async function lockedServer(key: string): Promise<{ url: string }> {
  const server = createHttpServer((request, response) => {
    const status = request.headers.authorization === `Bearer ${key}` ? 200 : 401;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(status === 200 ? '{"object":"list","data":[{"id":"far"}]}' : '{"error":{"message":"no key"}}');
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

const servers: HttpServer[] = [];

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the first run', () => {
  let holder: Server | null = null;
  afterEach(() => {
    holder?.close();
    holder = null;
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('finds llama-server and the models, writes the config, and answers the test prompt', async () => {
    if (await isFree(USUAL_PORT)) {
      holder = createServer().listen(USUAL_PORT, '127.0.0.1');
      await once(holder, 'listening');
    }
    const home = tempFolder('sy');
    const models = join(home, 'models');
    mkdirSync(models);
    copyFileSync(need(tinyModel), join(models, 'tiny.gguf'));
    compromisedLitellm(home);
    const elsewhere = await lockedServer('the-right-key');
    const path = [dirname(need(llamaServer)), process.env.PATH].join(delimiter);
    const app = await launchApp({ home, env: { PATH: path, LLAMA_ARG_THREADS: '1' } });
    const page = await app.window();
    photographFailure(page, 'first-run');
    await page.getByRole('heading', { name: 'Found on this machine' }).waitFor();

    const taken = page.getByText(new RegExp(`^Port ${USUAL_PORT} is taken`));
    expect(await taken.textContent()).toMatch(holder ? new RegExp(`by .*${process.pid}`) : /taken/);
    const config = page.getByRole('textbox', { name: 'Config that will be written' });
    const llama = page.getByRole('checkbox', { name: 'llama.cpp', exact: true });
    await until('it is ticked', () => llama.isChecked());
    // What else runs on this machine is not for this test.
    for (const box of await page.getByRole('checkbox', { checked: true }).all())
      if ((await box.getAttribute('aria-label')) !== 'llama.cpp') await box.click();
    await llama.click();
    await until('nothing of it is written', async () => !(await config.textContent())?.includes('llama.cpp'));
    await llama.click();
    await config.getByText('models_dir').waitFor();
    expect(await config.textContent()).toContain(models);
    const port = Number(/port: (\d+)/.exec((await config.textContent()) ?? '')?.[1]);
    expect(port).not.toBe(USUAL_PORT);

    const refused = page.getByRole('checkbox', { name: 'LiteLLM', exact: true });
    expect(await refused.isDisabled()).toBe(true);
    await page.getByText(/^LiteLLM 1\.82\.8 is a compromised release/).waitFor();
    await page.locator('summary', { hasText: models }).click();
    await page.getByRole('cell', { name: 'tiny', exact: true }).waitFor();

    await page.getByRole('button', { name: 'Add another server' }).click();
    await page.getByLabel('Address', { exact: true }).fill(elsewhere.url);
    await page.getByRole('button', { name: 'Try and add' }).click();
    await page.getByRole('alert').getByText('The server wants an API key.').waitFor();
    await page.getByLabel('API key', { exact: true }).fill('the-right-key');
    await page.getByRole('button', { name: 'Try and add' }).click();
    await page.getByText('Answers, 1 model, with a key').waitFor();
    await config.getByText('secret:127-0-0-1').waitFor();
    expect(await config.textContent()).not.toContain('the-right-key');
    await page.getByRole('switch', { name: 'Start hidden, in the tray' }).click();
    await config.getByText('start_hidden').waitFor();

    await photograph(app, page, 'first-run-small', { width: 960, height: 640 });
    await photograph(app, page, 'first-run-dark', { theme: 'dark' });
    await photograph(app, page, 'first-run');
    expect(existsSync(app.configFile)).toBe(false);

    await page.getByRole('button', { name: 'Write config and start' }).click();
    await page.getByRole('heading', { name: 'Try one prompt' }).waitFor();
    const written = readFileSync(app.configFile, 'utf8');
    expect(written).toContain(`port: ${port} `);
    expect(written).toContain('kind: llama.cpp');
    expect(written).toContain(models);
    // nobody else may change it
    expect(statSync(app.configFile).mode & 0o022).toBe(0);

    const secrets = join(dirname(app.configFile), 'secrets.yaml');
    expect(written).not.toContain('the-right-key');
    expect(readFileSync(secrets, 'utf8')).toContain('"the-right-key"');
    expect(statSync(secrets).mode & 0o777).toBe(0o600);

    // The model that both have is not what is asked for here.
    await page.getByRole('combobox', { name: 'Model' }).click();
    await page.getByRole('option', { name: 'tiny' }).click();
    await page.getByRole('button', { name: 'Send test prompt' }).click();
    const answer = page.getByRole('region', { name: 'Answer' });
    await until('the answer', async () => (await answer.textContent())?.includes(KNOWN_ANSWER.trim().slice(0, 60)), {
      deadline: 60_000,
    });
    await answer.getByText(/^Answered by /).waitFor();
    await photograph(app, page, 'first-run-answer');

    await page.getByRole('button', { name: 'Connect an app' }).click();
    await page.getByText(`http://127.0.0.1:${port}/v1`).first().waitFor();
    await photograph(app, page, 'first-run-connect');
    await page.getByRole('button', { name: 'Open Stackyard' }).click();
    await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
    expect(readFileSync(app.configFile, 'utf8')).toBe(written);
    // the server elsewhere is used, with its key
    await page.getByRole('article', { name: 'server' }).getByText('Ready').waitFor();
    expect(existsSync(join(home, 'was-run'))).toBe(false);
  });

  it('says so when there is nothing, and starts empty', async ({ skip }) => {
    if ((await enginePorts()).length > 0) skip('an engine runs on this machine');
    for (const port of USUAL_PORTS)
      if (!(await isFree(port))) skip(`something listens on port ${port} of this machine`);
    const app = await launchApp({ env: { PATH: tempFolder('empty') } });
    const page = await app.window();
    photographFailure(page, 'first-run-nothing');
    await page.getByRole('heading', { name: 'Nothing found on this machine' }).waitFor();
    await photograph(app, page, 'first-run-nothing');
    expect(existsSync(app.configFile)).toBe(false);
    await page.getByRole('button', { name: 'Start empty' }).click();
    await page.getByText('There is no engine in the config yet').waitFor();
    expect(readFileSync(app.configFile, 'utf8')).toContain('engines: {}');
  });
});
