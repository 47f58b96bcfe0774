import { describe, expect, it } from 'vitest';
import { tellGateway } from '../../../electron/cli/tell-gateway.ts';
import type { Caller } from '../../../shared/contract/ipc.ts';
import type { GatewayView, StackSnapshot } from '../../../shared/model.ts';

/** Hands these gateways one after the other to a subscriber, as snapshots. */
function told(gateways: readonly Partial<GatewayView>[]): { out: string[]; said: string[] } {
  const out: string[] = [];
  const said: string[] = [];
  const subscribe = (caller: Caller) => {
    for (const gateway of gateways) caller.emit('snapshot', { gateway } as StackSnapshot);
    caller.emit('config', { path: '/x', revision: 'y' });
    return () => {};
  };
  tellGateway(
    { subscribe },
    (text) => out.push(text),
    (sentence) => said.push(sentence),
  );
  return { out, said };
}

describe('tellGateway', () => {
  it('names an address once, when it listens, and a new one again', () => {
    const a = { url: 'http://127.0.0.1:4000', cause: null };
    const b = { url: 'http://127.0.0.1:4001', cause: null };
    const { out, said } = told([
      { ...a, phase: 'starting' },
      { ...a, phase: 'ready' },
      { ...a, phase: 'ready' },
      { ...b, phase: 'ready' },
    ]);
    expect(out).toEqual([
      'gateway listening on http://127.0.0.1:4000\n',
      'gateway listening on http://127.0.0.1:4001\n',
    ]);
    expect(said).toEqual([]);
  });

  it('says once why it does not listen, on the other stream', () => {
    const failed = {
      url: 'http://127.0.0.1:4000',
      phase: 'failed',
      cause: { code: 'gateway_port_in_use', message: 'Port 4000 is held by litellm (pid 7).', hint: null },
    } as const;
    const { out, said } = told([failed, failed, { ...failed, phase: 'ready', cause: null }, failed]);
    expect(said).toEqual(Array(2).fill('Port 4000 is held by litellm (pid 7).'));
    expect(out).toHaveLength(1);
  });
});
