/** Getting a model in the window: it belongs to the host, so it goes on while the window is hidden, and when it is gone. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ModelHost, startModelHost } from '../fixtures/servers/model-host.ts';
import { type App, launchApp } from '../support/app.ts';
import { desktop } from '../support/desktop.ts';
import { photograph, photographFailure } from '../support/photograph.ts';
import { tinyModelBytes } from '../support/tiny-model-bytes.ts';
import { tempFolder } from '../support/tmp.ts';
import { describeNeeding, llamaServer, need } from '../support/tools.ts';
import { until } from '../support/until.ts';

const MODEL = tinyModelBytes();

/** A promise that is kept when told. */
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((done) => {
    open = done;
  });
  return { open: () => open(), passed };
}

const visible = (app: App) =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false);

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'getting a model', () => {
  const desk = desktop();
  let files: ModelHost;
  beforeAll(async () => {
    files = await startModelHost();
  });
  afterAll(() => files.close());

  it('goes on without the window, and ends in a model that loads', async () => {
    const folder = tempFolder();
    const [first, second] = [gate(), gate()];
    const at = (share: number) => Math.round(MODEL.length * share);
    files.serve('/m/pulled.gguf', MODEL, {
      faults: [
        {
          do: 'steps',
          steps: [
            { upTo: at(0.25), until: first.passed },
            { upTo: at(0.75), until: second.passed },
          ],
        },
      ],
    });
    const app = await launchApp({
      config: `version: 1
gateway: { port: 0 }
engines:
  llama:
    kind: llama.cpp
    command: ${JSON.stringify(need(llamaServer))}
    models_dir: ${JSON.stringify(folder)}
    args: ["-t", "1"]
    start: with-app
`,
    });
    const page = await app.window();
    photographFailure(page, 'get-model');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Models' }).click();
    await page.getByRole('button', { name: 'Get a model' }).click();
    await photograph(app, page, 'get-model', { width: 1280, height: 800 });
    await page.getByLabel('File').fill(`${files.url}/m/pulled.gguf`);
    await page.getByRole('button', { name: 'Get model' }).click();
    await page.getByRole('region', { name: 'Downloads' }).getByText('25 %').waitFor();
    await photograph(app, page, 'downloads-dark', { width: 960, height: 640, theme: 'dark' });

    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await until('the window is hidden', async () => !(await visible(app)));
    first.open();
    const tray = await desk.panel.item();
    await tray.click('Open Stackyard');
    await until('the window is shown', () => visible(app));
    await page.getByRole('region', { name: 'Downloads' }).getByText('75 %').waitFor();

    // Gone altogether: what is shown next comes from the host alone.
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.destroy());
    const next = app.electron.waitForEvent('window');
    await tray.click('Open Stackyard');
    const again = await next;
    photographFailure(again, 'get-model-again');
    await again.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Models' }).click();
    await again.getByRole('region', { name: 'Downloads' }).getByText('75 %').waitFor();
    expect(existsSync(join(folder, 'pulled.gguf'))).toBe(false);

    second.open();
    await again.getByText(`It is in ${join(folder, 'pulled.gguf')}.`).waitFor();
    await again.getByRole('button', { name: 'pulled', exact: true }).click();
    const inspector = again.getByRole('complementary', { name: 'About pulled' });
    await inspector.getByRole('button', { name: 'Load on llama' }).click();
    await inspector.getByText('Ready').first().waitFor();
    await photograph(app, again, 'downloads-light', { width: 1280, height: 800 });
    expect(files.seen).toHaveLength(1);
    await tray.click(/^Quit Stackyard/);
    expect(await app.ended).toEqual({ code: 0, signal: null });
  });
});
