import { afterEach, describe, expect, it } from 'vitest';
import { followGpu, gpu } from '../../renderer/gpu.ts';
import { followSeen, seen, whileSeen } from '../../renderer/seen.ts';
import { GPU_SAMPLE } from '../fixtures/gpu/sample.ts';
import { scriptedBridge } from './support/scripted-bridge.ts';

afterEach(() => seen.setState({ on: true }));

/** The little of a page that counts here. */
function page() {
  const target = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const become = (state: 'visible' | 'hidden') => {
    target.visibilityState = state;
    target.dispatchEvent(new Event('visibilitychange'));
  };
  return { document: target as unknown as Document, become };
}

describe('whether the page can be seen', () => {
  it('takes the browser and the shell to agree, and hears the host only then', () => {
    const script = scriptedBridge();
    const { document, become } = page();
    const end = followSeen(script.bridge, document);
    const both = () => [seen.getState().on, script.hears()];
    expect(both()).toEqual([true, true]);
    become('hidden');
    expect(both()).toEqual([false, false]);
    become('visible');
    expect(both()).toEqual([true, true]);
    script.emit('seen', { on: false });
    expect(both()).toEqual([false, false]);
    become('hidden');
    become('visible');
    expect(both()).toEqual([false, false]);
    script.emit('seen', { on: true });
    expect(both()).toEqual([true, true]);
    end();
    expect(script.hears()).toBe(false);
    become('hidden');
    expect(seen.getState().on).toBe(true);
  });

  it('begins and ends each thing once', () => {
    const told: string[] = [];
    const end = whileSeen(() => {
      told.push('begin');
      return () => told.push('end');
    });
    seen.setState({ on: true });
    seen.setState({ on: false });
    seen.setState({ on: false });
    seen.setState({ on: true });
    expect(told).toEqual(['begin', 'end', 'begin']);
    end();
    end();
    seen.setState({ on: false });
    seen.setState({ on: true });
    expect(told).toEqual(['begin', 'end', 'begin', 'end']);
  });

  it('is what the graphics cards are watched for', () => {
    const script = scriptedBridge();
    const asked = () => script.calls.filter(({ name }) => name === 'gpu.watch').map(({ input }) => input);
    seen.setState({ on: false });
    const end = followGpu(script.bridge);
    expect(asked()).toEqual([]);
    seen.setState({ on: true });
    expect(asked()).toEqual([{ on: true }]);
    script.emit('gpu', GPU_SAMPLE);
    expect(gpu.getState().sample).toEqual(GPU_SAMPLE);
    end();
    expect(asked()).toEqual([{ on: true }, { on: false }]);
    seen.setState({ on: false });
    seen.setState({ on: true });
    expect(asked()).toHaveLength(2);
  });
});
