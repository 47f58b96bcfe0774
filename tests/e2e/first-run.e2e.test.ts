/** The first run on real Electron: what is on this machine is found, the file is previewed and written, the first answer comes. */
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import { USUAL_PORTS } from '../../electron/host/detect.ts';
import { launchApp } from '../support/app.ts';
import { photograph, photographFailure } from '../support/photograph.ts';
import { isFree } from '../support/ports.ts';
import { tempFolder } from '../support/tmp.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../support/tools.ts';
import { until } from '../support/until.ts';

/** The port that Stackyard proposes first. */
const USUAL_PORT = 4000;

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the first run', () => {
  let holder: Server | null = null;
  afterEach(() => {
    holder?.close();
    holder = null;
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
    const path = [dirname(need(llamaServer)), process.env.PATH].join(delimiter);
    const app = await launchApp({ home, env: { PATH: path, LLAMA_ARG_THREADS: '1' } });
    const page = await app.window();
    photographFailure(page, 'first-run');
    await page.getByRole('heading', { name: 'Found on this machine' }).waitFor();

    const taken = page.getByText(new RegExp(`^Port ${USUAL_PORT} is taken`));
    expect(await taken.textContent()).toMatch(holder ? new RegExp(`by .*${process.pid}`) : /taken/);
    const config = page.getByRole('textbox', { name: 'Config that will be written' });
    const llama = page.getByRole('checkbox', { name: 'llama.cpp' });
    await until('it is ticked', () => llama.isChecked());
    await llama.click();
    await until('nothing of it is written', async () => !(await config.textContent())?.includes('llama.cpp'));
    await llama.click();
    await config.getByText('models_dir').waitFor();
    expect(await config.textContent()).toContain(models);
    const port = Number(/port: (\d+)/.exec((await config.textContent()) ?? '')?.[1]);
    expect(port).not.toBe(USUAL_PORT);
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
  });

  it('says so when there is nothing, and starts empty', async ({ skip }) => {
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
