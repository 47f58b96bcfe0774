import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../../build/lib/run.mjs';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import { tempFolder } from '../support/tmp.ts';
import { describeNeeding, electron, need, top } from '../support/tools.ts';
import { startTrayHost } from '../support/tray-host.ts';

describeNeeding(['llama-server', 'electron', 'display', 'linux'], '`npm run demo -- --once` on a desktop', () => {
  it('runs the app, answers through the gateway and leaves nothing running', async () => {
    const host = await startTrayHost();
    let icons = 0;
    const watch = setInterval(() => {
      icons = Math.max(icons, host.count());
    }, 20);
    const args = [join(top, 'build/demo.mjs'), '--once', '--folder', tempFolder('demo')];
    const env = { ...process.env, STACKYARD_ELECTRON: need(electron) };
    const { code, output } = await run(process.execPath, args, { cwd: top, env });
    clearInterval(watch);
    host.close();
    expect(output).toContain('starting the app: tray and window');
    expect(output).not.toContain('headless');
    expect(output).toContain(`\n${KNOWN_ANSWER}\n`);
    expect(output).toMatch(/^route: llama\/tiny$/m);
    expect(output).toContain('stopped: the engine is gone and its port is free');
    expect(code).toBe(0);
    expect(icons).toBe(1);
  });
});
