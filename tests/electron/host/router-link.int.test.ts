import { expect, it } from 'vitest';
import { hostStart } from '../../../electron/host/router-link.ts';
import { hostLives } from '../../../electron/router/watch-host.ts';
import { describeNeeding } from '../../support/tools.ts';

describeNeeding(['linux'], 'the link to the router', () => {
  it('tells the router how to recognise its living host, and not another process of that pid', async () => {
    const start = await hostStart();
    expect(hostLives(process.pid, start)).toBe(true);
    expect(hostLives(process.pid, `${start}1`)).toBe(false);
  });
});
