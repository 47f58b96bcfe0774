import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hostLives } from '../../../electron/router/watch-host.ts';

it('knows a living process, one that ended, and one that took over the pid', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  const pid = child.pid as number;
  expect(hostLives(pid, null)).toBe(true);
  if (process.platform === 'linux') {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string;
    expect(hostLives(pid, start)).toBe(true);
    expect(hostLives(pid, `${start}0`)).toBe(false);
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(hostLives(pid, null)).toBe(false);
});
