/** `npm run package`: what is in it, which fuses are set, and that it starts by itself as an ordinary user's app. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAsar } from '../../build/lib/asar.mjs';
import { startDesktop } from '../../build/test/desktop.mjs';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import type { StackSnapshot } from '../../shared/model.ts';
import { llamaConfig } from '../support/app-config.ts';
import { ordinaryUser } from '../support/ordinary-user.ts';
import { type PackagedHome, packagedHome } from '../support/packaged-app.ts';
import { isAlive } from '../support/processes.ts';
import { tempFolder } from '../support/tmp.ts';
import { describeNeeding, top } from '../support/tools.ts';
import { startTrayHost, type TrayHost } from '../support/tray-host.ts';
import { until } from '../support/until.ts';

const dist = join(top, 'dist', 'development-only');

/** The folder out of the tar.gz, as somebody who downloaded it has it. */
let app: string;
const program = () => join(app, 'stackyard');
const resources = (...path: string[]) => join(app, 'resources', ...path);

/** Paths of all files below a folder. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

describeNeeding(['electron', 'display', 'llama-server', 'linux'], 'the package', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(top, 'build', 'package.mjs'), '--development'], { cwd: top, stdio: 'pipe' });
    const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
    const name = `stackyard-${version}-linux-${process.arch}`;
    const folder = tempFolder('package');
    chmodSync(folder, 0o755);
    execFileSync('tar', ['-xzf', join(dist, `${name}.tar.gz`), '-C', folder]);
    expect(readdirSync(folder)).toEqual([name]);
    app = join(folder, name);
  }, 400_000);

  describe('holds', () => {
    it('only production files in its archive, each with its hashes', () => {
      const files = listAsar(resources('app.asar'));
      const names = files.map(({ path }) => path);
      expect(names).toEqual(expect.arrayContaining(['package.json', 'out/main/main.js', 'out/preload/index.cjs']));
      expect(names.filter((name) => !/^(package\.json$|LICENSE$|out\/|assets\/)/.test(name))).toEqual([]);
      expect(names.filter((name) => /\.map$|\.tsx?$|node_modules|\/svg\/|test/i.test(name))).toEqual([]);
      expect(files.filter(({ integrity }) => integrity?.algorithm !== 'SHA256')).toEqual([]);
      const manifest = JSON.parse(readFileSync(resources('app.asar.unpacked', 'package.json'), 'utf8'));
      expect(manifest).toMatchObject({ name: 'stackyard', main: 'out/main/main.js' });
    });

    it('the same files plain beside it, for `serve`, and nothing of Electron’s own app', () => {
      expect(readdirSync(resources()).sort()).toEqual(['app.asar', 'app.asar.unpacked']);
      const packed = listAsar(resources('app.asar')).map(({ path }) => path);
      const plain = filesIn(resources('app.asar.unpacked'));
      // The preload script is Electron's affair.
      expect(plain).toEqual(packed.filter((name) => !name.startsWith('out/preload/')).sort());
      expect(readdirSync(app)).not.toContain('.stamp');
    });
  });

  describe('has its fuses set', () => {
    it('as they are read back from the program', async () => {
      const wire = await getCurrentFuseWire(program());
      const set = (fuse: FuseV1Options): string => String.fromCharCode(Number(wire[fuse]));
      expect({
        runAsNode: set(FuseV1Options.RunAsNode),
        nodeOptions: set(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
        inspect: set(FuseV1Options.EnableNodeCliInspectArguments),
        integrity: set(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
        onlyAsar: set(FuseV1Options.OnlyLoadAppFromAsar),
        fileProtocol: set(FuseV1Options.GrantFileProtocolExtraPrivileges),
      }).toEqual({
        runAsNode: '0',
        nodeOptions: '0',
        inspect: '0',
        integrity: '1',
        onlyAsar: '1',
        fileProtocol: '0',
      });
    });

    it('so that it is no Node for others, and takes neither their options nor an inspector', async () => {
      const home = packagedHome(program(), tempFolder('home'), null, {});
      const marker = join(home.home, 'run', 'was-here');
      const intruder = join(home.home, 'intruder.cjs');
      writeFileSync(intruder, `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`);
      const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
      const asNode = await home.cli(['--version'], { ELECTRON_RUN_AS_NODE: '1' });
      expect([asNode.code, asNode.out]).toEqual([0, `${version}\n`]);
      const optioned = await home.cli(['--version'], { NODE_OPTIONS: `--require ${intruder}` });
      expect([optioned.code, existsSync(marker)]).toEqual([0, false]);
      // The planted script does run where the fuse is on: in the Node of this test.
      spawnSync(process.execPath, ['-e', ''], { ...ordinaryUser(), env: { NODE_OPTIONS: `--require ${intruder}` } });
      expect(existsSync(marker)).toBe(true);
      const child = home.spawn(['--inspect=0', '--ozone-platform=headless', '--cli', '--version']);
      let err = '';
      child.stderr?.on('data', (chunk) => {
        err += chunk;
      });
      await once(child, 'close');
      expect(err).not.toContain('Debugger listening');
    });
  });

  describe('starts by itself as an ordinary user’s app', () => {
    let desktop: Awaited<ReturnType<typeof startDesktop>>;
    let panel: TrayHost;
    const before = process.env.DBUS_SESSION_BUS_ADDRESS;
    beforeAll(async () => {
      desktop = await startDesktop(ordinaryUser());
      process.env.DBUS_SESSION_BUS_ADDRESS = desktop.env.DBUS_SESSION_BUS_ADDRESS;
      panel = await startTrayHost();
    });
    afterAll(() => {
      panel?.close();
      desktop?.close();
      process.env.DBUS_SESSION_BUS_ADDRESS = before;
    });

    const at = (config: string): PackagedHome => packagedHome(program(), tempFolder('home'), config, desktop.env);
    const status = async (home: PackagedHome): Promise<StackSnapshot> =>
      JSON.parse((await home.cli(['status', '--json'])).out) as StackSnapshot;
    const quit = async (running: ReturnType<PackagedHome['launch']>) => {
      await (await panel.item()).click(/^Quit Stackyard/);
      expect(await running.ended).toEqual({ code: 0, signal: null });
      await until('the panel is empty', () => panel.count() === 0);
    };

    it('with tray, window and command line, one engine and one answer, and leaves nothing', async () => {
      const home = at(llamaConfig({ start: 'with-app' }));
      const running = home.launch();
      const tray = await panel.item();
      await until('ready in the tray', async () => (await tray.tooltip()) === 'Stackyard: 1 engine ready');
      const page = await running.page();
      await page.getByRole('article', { name: 'llama' }).getByText('Ready').waitFor();
      expect(page.url()).toMatch(/^stackyard:\/\/app\/index\.html/);
      const { engines, gateway, router } = await status(home);
      expect(engines[0]).toMatchObject({ name: 'llama', phase: 'ready', owner: 'managed' });
      for (const pid of [running.child.pid, router.pid, engines[0]?.pid]) {
        expect(ownerOf(pid ?? 0)).toBe(ordinaryUser().uid);
      }
      expect(running.output()).not.toContain('no-sandbox');

      await page.getByRole('link', { name: 'Playground' }).first().click();
      await page.getByRole('textbox', { name: 'Message' }).fill('Who are you?');
      await page.keyboard.press('Enter');
      const answer = page.getByRole('article', { name: /^Answer of/ });
      await until('the whole answer', async () =>
        (await answer.textContent())?.includes(KNOWN_ANSWER.trim().slice(-40)),
      );

      await tray.click('Stack on');
      await until('stopped', async () => (await status(home)).engines[0]?.held);
      expect(isAlive(engines[0]?.pid ?? 0)).toBe(false);
      const up = await home.cli(['up', 'llama']);
      expect([up.code, up.out]).toEqual([0, expect.stringContaining('ready')]);
      await until('ready in the tray again', async () => (await tray.tooltip()) === 'Stackyard: 1 engine ready');
      const again = (await status(home)).engines[0]?.pid ?? 0;
      await quit(running);
      expect([isAlive(again), isAlive(router.pid ?? 0)]).toEqual([false, false]);
      await expect(fetch(`${gateway.url}/health`)).rejects.toThrow();
      expect(existsSync(join(home.dataDir, 'instance.json'))).toBe(false);
    });

    it('at login and hidden, by two switches in its window', async () => {
      const home = at(llamaConfig());
      const running = home.launch();
      // A window that is shown is given the focus.
      await until('the window comes up', () => running.evaluate('document.hasFocus()'));
      const page = await running.page();
      await page.getByRole('link', { name: 'Config' }).first().click();
      await page.getByRole('button', { name: 'App', exact: true }).click();
      const form = page.getByRole('region', { name: 'App settings' });
      await form.getByRole('switch', { name: 'Open at login' }).click();
      await form.getByRole('switch', { name: 'Start hidden, in the tray' }).click();
      const apply = page.getByRole('region', { name: 'Plan' }).getByRole('button', { name: /^Apply/ });
      await apply.click();
      const entry = await until('the autostart entry', () => readFileSync(home.autostartFile, 'utf8'));
      expect(entry).toContain(`\nExec=${program()} --hidden\n`);
      expect(readFileSync(home.configFile, 'utf8')).toMatch(/launch_at_login: true[\s\S]*start_hidden: true/);
      await quit(running);

      // Hidden, though nobody says so at this start; the tray brings the window.
      const hidden = home.launch();
      const tray = await panel.item();
      // The tray is there, so the app is up; a window is only made when it is wanted.
      expect(await hidden.pages()).toBe(0);
      await tray.click('Open Stackyard');
      await until('the window comes up', () => hidden.evaluate('document.hasFocus()'));

      const seen = await hidden.page();
      await seen.getByRole('link', { name: 'Config' }).first().click();
      await seen.getByRole('button', { name: 'App', exact: true }).click();
      const login = seen.getByRole('region', { name: 'App settings' }).getByRole('switch', { name: 'Open at login' });
      await login.click();
      await seen
        .getByRole('region', { name: 'Plan' })
        .getByRole('button', { name: /^Apply/ })
        .click();
      await until('no entry', () => !existsSync(home.autostartFile));
      await quit(hidden);
    });
  });

  it('serves without a display on the system’s Node, with its page', async () => {
    const home = packagedHome(program(), tempFolder('home'), llamaConfig(), {});
    const serve = home.spawn(['--ozone-platform=headless', '--cli', 'serve', '--ui']);
    let out = '';
    serve.stdout?.on('data', (chunk) => {
      out += chunk;
    });
    const page = await until('the page’s address', () => /^ui at (\S+)$/m.exec(out)?.[1]);
    expect(await (await fetch(new URL(page).origin)).text()).toContain('<title>Stackyard</title>');
    const up = await home.cli(['up', 'llama']);
    expect(up.code).toBe(0);
    const gone = once(serve, 'exit');
    serve.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  });
});

/** The user as whom a process runs, by `/proc`. */
const ownerOf = (pid: number): number =>
  Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
