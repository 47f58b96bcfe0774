/** The stand-ins for a desktop, tried on a small app: what the end-to-end tests see through them can be relied on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, launchApp } from './app.ts';
import { type Notifications, startNotifications } from './notifications.ts';
import { isAlive } from './processes.ts';
import { tempFolder } from './tmp.ts';
import { describeNeeding } from './tools.ts';
import { startTrayHost, type TrayHost } from './tray-host.ts';
import { until } from './until.ts';

const MAIN = `
const { app, BrowserWindow, Menu, nativeImage, Notification, Tray } = require('electron');
const heard = (globalThis.heard = []);
const image = (red) => nativeImage.createFromBitmap(
  Buffer.from(Array.from({ length: 22 * 22 }, () => [0, 0, red, 255]).flat()), { width: 22, height: 22 });
app.whenReady().then(() => {
  const tray = new Tray(image(10));
  globalThis.tray = tray;
  const menu = (on) => {
    tray.setContextMenu(Menu.buildFromTemplate([
      { label: 'Stack_on', type: 'checkbox', checked: on, click: () => menu(!on) },
      { type: 'separator' },
      { label: 'llama', submenu: [{ label: 'Stop', click: () => heard.push('stop') }, { label: 'Start', enabled: false }] },
      { label: 'Tell', click: () => {
        const note = new Notification({ title: 'llama failed', body: 'It ended.' });
        note.on('click', () => heard.push('note'));
        note.show();
        globalThis.note = note;
      } },
      { label: 'Quit', click: () => app.quit() },
    ]));
    tray.setToolTip(on ? 'on' : 'off');
    tray.setImage(image(on ? 200 : 10));
  };
  menu(false);
  tray.on('click', () => heard.push('click'));
  new BrowserWindow({ show: false }).loadURL('data:text/html,<h1>hello</h1>');
});
`;

describeNeeding(['linux', 'display', 'electron'], "a desktop's tray and notifications", () => {
  let host: TrayHost;
  let notes: Notifications;
  let app: App;
  const heard = () => app.electron.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);

  beforeAll(async () => {
    const folder = tempFolder('small');
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'small', version: '1.2.3', main: 'main.cjs' }),
    );
    writeFileSync(join(folder, 'main.cjs'), MAIN);
    host = await startTrayHost();
    notes = await startNotifications();
    app = await launchApp({ folder });
  });
  afterAll(async () => {
    await app.kill();
    host.close();
    notes.close();
  });

  it('starts the app of that folder', async () => {
    const about = await app.electron.evaluate(({ app: it }) => [it.name, it.getVersion(), it.isPackaged]);
    expect(about).toEqual(['small', '1.2.3', false]);
    expect(await (await app.window()).textContent('h1')).toBe('hello');
  });

  it('reads menu, tooltip and icon, and follows their changes', async () => {
    const tray = await host.item();
    const menu = await tray.layout();
    expect(menu.children.map((row) => row.label)).toEqual(['Stack_on', '', 'llama', 'Tell', 'Quit']);
    expect(await tray.row('Stack_on')).toMatchObject({ toggle: 'checkmark', checked: false, enabled: true });
    expect(menu.children[1]?.type).toBe('separator');
    expect(await tray.tooltip()).toBe('off');
    const before = await tray.icon();
    expect([...before.rgba.subarray(0, 4)]).toEqual([10, 0, 0, 255]);

    await tray.click('Stack_on');
    await until('the tooltip to change', async () => (await tray.tooltip()) === 'on');
    expect(await tray.row('Stack_on')).toMatchObject({ checked: true });
    await until('the icon to change', async () => (await tray.icon()).rgba[0] === 200);
  });

  it('clicks in submenus, and refuses what a user could not click', async () => {
    const tray = await host.item();
    await tray.click(/^lla/, 'Stop');
    await tray.activate();
    await until('both clicks', async () => (await heard()).length === 2);
    expect((await heard()).sort()).toEqual(['click', 'stop']);
    await expect(tray.click('llama', 'Start')).rejects.toThrow('is disabled');
    await expect(tray.click('llama', 'Fly')).rejects.toThrow('has no "llama › Fly"');
  });

  it('records notifications and clicks on them', async () => {
    await (await host.item()).click('Tell');
    const note = await until('the notification', () => notes.shown[0]);
    expect(note).toMatchObject({ app: 'small', title: 'llama failed', body: 'It ended.' });
    notes.invoke(note.id);
    await until('the click', async () => (await heard()).includes('note'));
  });

  it('sees the app quit and its icon go', async () => {
    await (await host.item()).click('Quit');
    expect(await app.ended).toEqual({ code: 0, signal: null });
    expect(isAlive(app.pid)).toBe(false);
    await until('no icon', () => host.count() === 0);
  });
});
