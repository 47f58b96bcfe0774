/** Electron's entry: wires host and shell together, nothing else. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { toCause } from '../shared/errors.ts';
import { processIo } from './cli/io.ts';
import { runCli } from './cli/run.ts';
import { startHost } from './host/host.ts';
import { resolvePaths } from './host/paths.ts';
import { openDesktop } from './shell/desktop.ts';
import { tellCannotStart } from './shell/dialogs.ts';
import { APP_ID, DESKTOP_NAME, ORIGIN } from './shell/identity.ts';
import { type Launch, parseLaunch } from './shell/launch.ts';
import { declareScheme } from './shell/protocol.ts';
import { forkUtility } from './shell/router-process.ts';

const launch = parseLaunch(process.argv.slice(1));
// Before the first await, or it comes too late.
if (launch.cli === null) declareScheme();

if (launch.cli !== null) {
  // Before `ready`, so that neither a display nor the single-instance lock is needed.
  const code = await runCli(launch.cli, processIo(import.meta.dirname));
  process.stdout.write('', () => process.exit(code));
} else start(launch);

function start({ hidden, config, dataDir }: Launch): void {
  const paths = resolvePaths({ config, dataDir, env: process.env, platform: process.platform, homedir: homedir() });
  const userData = join(paths.data, 'electron');
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  app.setPath('userData', userData);
  app.setAppUserModelId(APP_ID);
  (app as { setDesktopName?: (name: string) => void }).setDesktopName?.(DESKTOP_NAME);
  // The engines need the GPU's memory; a window of text does not.
  app.disableHardwareAcceleration();
  if (!app.requestSingleInstanceLock()) return app.exit(0);

  let show: (() => void) | null = null;
  let asked = false;
  app.on('second-instance', () => {
    asked = true;
    show?.();
  });

  const begin = async (): Promise<void> => {
    await app.whenReady();
    const appPath = app.getAppPath();
    const host = await startHost({
      kind: 'app',
      paths,
      version: app.getVersion(),
      routerFile: join(appPath, 'out', 'main', 'router.js'),
      forkRouter: forkUtility,
      appOrigin: ORIGIN,
    });
    const settings = host.config()?.app;
    const atLogin = process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
    const usual = [config, dataDir, process.env.STACKYARD_CONFIG, process.env.STACKYARD_DATA].every(
      (given) => !given,
    );
    const quiet = !asked && (hidden || atLogin || (settings?.start_hidden ?? false));
    show = openDesktop({ host, appPath, hidden: quiet, usual }).show;
  };
  begin().catch(async (error: unknown) => {
    const { message, hint } = toCause(error);
    await tellCannotStart(message, hint, hidden);
    app.exit(1);
  });
}
