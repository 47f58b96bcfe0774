import { describe, expect, it } from 'vitest';
import { loadable, targetAct } from '../../renderer/model-acts.ts';
import type { TargetView } from '../../shared/model.ts';
import { ENGINES, engine, MODELS, model } from './support/recorded.ts';

describe('loadable', () => {
  const of = (id: string) => loadable(MODELS.find((m) => m.id === id) ?? model(id, ''), ENGINES);

  it('loads and unloads where a ready engine can', () => {
    expect(of('gemma-3-4b-it')).toMatchObject({ act: 'unload', target: { engine: 'llama' } });
    expect(of('phi-4-Q5_K_M')).toMatchObject({ act: 'load', target: { engine: 'llama' } });
  });

  it('offers neither where the engine can’t or doesn’t run', () => {
    expect(of('Qwen3-30B-A3B-Instruct-2507-Q4_K_M')).toBeNull();
    expect(loadable(model('x', 'litellm'), ENGINES)).toBeNull();
  });
});

describe('what can be done with a target', () => {
  const target = (phase: TargetView['phase']) => ({ engine: 'llama', model: 'm', phase, progress: null });
  const act = (phase: TargetView['phase'], change: Parameters<typeof engine>[1] = {}) =>
    targetAct(target(phase), engine('llama', change));

  it('is to load and unload where the engine does that', () => {
    expect([act('not_loaded'), act('sleeping'), act('failed')]).toEqual(['load', 'load', 'load']);
    expect(act('ready')).toBe('unload');
    expect([act('loading'), act('cooling'), act('unavailable')]).toEqual([null, null, null]);
    expect(act('ready', { loads_models: false })).toBeNull();
  });

  it('is to start the engine for it where that is ours', () => {
    expect(act('not_loaded', { phase: 'stopped' })).toBe('start');
    expect(act('held', { phase: 'stopped', held: true })).toBe('start');
    expect(act('failed', { phase: 'failed', loads_models: false })).toBe('start');
    expect(act('unavailable', { phase: 'stopped', owner: 'external' })).toBeNull();
    expect(act('loading', { phase: 'starting' })).toBeNull();
    expect(targetAct(target('unavailable'), undefined)).toBeNull();
  });
});
