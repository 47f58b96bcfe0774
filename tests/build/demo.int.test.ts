import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../../build/lib/run.mjs';
import { KNOWN_ANSWER } from '../../build/tiny-model.mjs';
import { tempFolder } from '../support/tmp.ts';
import { describeNeeding, top } from '../support/tools.ts';

describeNeeding(['llama-server', 'posix'], '`npm run demo -- --once` without a display', () => {
  it('answers through the gateway, says how, and leaves nothing running', async () => {
    const folder = tempFolder('demo');
    const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
    const args = [join(top, 'build/demo.mjs'), '--once', '--folder', folder];
    const { code, output } = await run(process.execPath, args, { cwd: top, env });
    expect(output).toContain('starting the headless service');
    expect(output).toContain(`\n${KNOWN_ANSWER}\n`);
    expect(output).toMatch(/^route: llama\/tiny$/m);
    expect(output).toMatch(/^time to first token: \d+ ms$/m);
    expect(output).toContain('stopped: the engine is gone and its port is free');
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'data', 'instance.json'))).toBe(false);
  });
});
