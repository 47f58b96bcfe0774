import { beforeEach, describe, expect, it } from 'vitest';
import { followGpu, gpu } from '../../renderer/gpu.ts';
import { GPU_SAMPLE } from '../fixtures/gpu/sample.ts';
import { scriptedBridge } from './support/scripted-bridge.ts';

beforeEach(() => gpu.setState({ sample: null }));

describe('following the graphics cards', () => {
  it('keeps what did not change', () => {
    const script = scriptedBridge();
    const end = followGpu(script.bridge);
    script.emit('gpu', GPU_SAMPLE);
    const before = gpu.getState().sample;
    script.emit('gpu', { ...structuredClone(GPU_SAMPLE), at: '2026-11-23T14:09:23.000Z' });
    expect(gpu.getState().sample?.gpus).toBe(before?.gpus);
    expect(gpu.getState().sample?.processes).toBe(before?.processes);
    end();
  });
});
