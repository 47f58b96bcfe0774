import { beforeEach, describe, expect, it } from 'vitest';
import { accept, follow, held } from '../../renderer/store.ts';
import { SNAPSHOT } from './support/recorded.ts';
import { scriptedBridge } from './support/scripted-bridge.ts';

beforeEach(() => held.setState({ snapshot: null, error: null }));

const now = () => held.getState().snapshot;

describe('accept', () => {
  it('drops what is older than what it has', () => {
    accept({ ...SNAPSHOT, revision: 5, stack_on: true });
    accept({ ...SNAPSHOT, revision: 4, stack_on: false });
    expect(now()).toMatchObject({ revision: 5, stack_on: true });
  });

  it('takes a lower revision from another host, whose counting began anew', () => {
    accept({ ...SNAPSHOT, revision: 50 });
    accept({ ...SNAPSHOT, revision: 1, host: { ...SNAPSHOT.host, pid: 9 } });
    expect(now()?.revision).toBe(1);
  });

  it('keeps unchanged engines and models as they are', () => {
    accept(SNAPSHOT);
    const first = now();
    accept({ ...JSON.parse(JSON.stringify(SNAPSHOT)), revision: 99, stack_on: false });
    expect(now()).not.toBe(first);
    expect(now()?.engines).toBe(first?.engines);
    expect(now()?.models).toBe(first?.models);
  });
});

describe('follow', () => {
  it('asks once and then listens, until ended', async () => {
    const { bridge, calls, emit } = scriptedBridge();
    const end = follow(bridge);
    await expect.poll(() => now()?.revision).toBe(SNAPSHOT.revision);
    expect(calls.map((c) => c.name)).toEqual(['snapshot.get']);
    emit('snapshot', { ...SNAPSHOT, revision: 8 });
    expect(now()?.revision).toBe(8);
    end();
    emit('snapshot', { ...SNAPSHOT, revision: 9 });
    expect(now()?.revision).toBe(8);
  });

  it('keeps the newer one when an event overtakes the answer', async () => {
    let answer = (_: unknown) => {};
    const waiting = new Promise((resolve) => {
      answer = resolve;
    });
    const { bridge, emit } = scriptedBridge({
      'snapshot.get': async () => {
        await waiting;
        return { ok: true, value: SNAPSHOT };
      },
    });
    follow(bridge);
    emit('snapshot', { ...SNAPSHOT, revision: 20 });
    answer(null);
    await waiting;
    await new Promise((done) => setImmediate(done)); // the answer has gone through by then
    expect(now()?.revision).toBe(20);
  });

  it('says why when the host does not answer', async () => {
    const error = { code: 'no_host', message: 'gone', hint: null } as const;
    follow(scriptedBridge({ 'snapshot.get': () => ({ ok: false, error }) }).bridge);
    await expect.poll(() => held.getState().error).toEqual(error);
  });
});
