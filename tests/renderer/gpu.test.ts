import { beforeEach, describe, expect, it } from 'vitest';
import { followGpu, gpu } from '../../renderer/gpu.ts';
import { GPU_SAMPLE } from '../fixtures/gpu/sample.ts';
import { scriptedBridge } from './support/scripted-bridge.ts';

beforeEach(() => gpu.setState({ sample: null }));

/** The little of a page that counts here. */
function page() {
  const target = new EventTarget();
  return Object.assign(target, { visibilityState: 'hidden' }) as unknown as Document & { visibilityState: string };
}

describe('following the graphics cards', () => {
  it('lasts as long as the window can be seen', () => {
    const script = scriptedBridge();
    const asked = () => script.calls.filter(({ name }) => name === 'gpu.watch').map(({ input }) => input);
    const shown = page();
    const end = followGpu(script.bridge, shown);
    expect(asked()).toEqual([{ on: false }]);
    shown.visibilityState = 'visible';
    shown.dispatchEvent(new Event('visibilitychange'));
    expect(asked().at(-1)).toEqual({ on: true });
    script.emit('gpu', GPU_SAMPLE);
    expect(gpu.getState().sample).toEqual(GPU_SAMPLE);
    end();
    expect(asked().at(-1)).toEqual({ on: false });
    shown.dispatchEvent(new Event('visibilitychange'));
    expect(asked()).toHaveLength(3);
  });

  it('keeps what did not change', () => {
    const script = scriptedBridge();
    const end = followGpu(script.bridge, page());
    script.emit('gpu', GPU_SAMPLE);
    const before = gpu.getState().sample;
    script.emit('gpu', { ...structuredClone(GPU_SAMPLE), at: '2026-11-23T14:09:23.000Z' });
    expect(gpu.getState().sample?.gpus).toBe(before?.gpus);
    expect(gpu.getState().sample?.processes).toBe(before?.processes);
    end();
  });
});
