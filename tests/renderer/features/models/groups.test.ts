import { describe, expect, it } from 'vitest';
import { counts, grouped, isProblem, loadable, targetAct } from '../../../../renderer/features/models/groups.ts';
import type { TargetView } from '../../../../shared/model.ts';
import { ENGINES, engine, MODELS, model } from '../../support/recorded.ts';

const ids = (groups: ReturnType<typeof grouped>) => groups.map((g) => [g.name, g.models.length]);

describe('grouped', () => {
  it('tells models in memory, routes and models on disk apart', () => {
    expect(ids(grouped(MODELS, 'all', ''))).toEqual([
      ['memory', 4],
      ['routes', 3],
      ['disk', 4],
    ]);
    expect(counts(MODELS)).toEqual({ all: 11, memory: 4, routes: 3, problems: 3 });
  });

  it('filters by id, target and engine', () => {
    expect(grouped(MODELS, 'all', 'GEMMA')[0]?.models.map((m) => m.id)).toEqual(['gemma-3-4b-it']);
    expect(ids(grouped(MODELS, 'routes', 'workstation'))).toEqual([['routes', 1]]);
    expect(grouped(MODELS, 'all', 'nowhere')).toEqual([]);
  });

  it('leaves a row where it was pinned, whatever its state', () => {
    const loaded = MODELS.map((m) => (m.id === 'phi-4-Q5_K_M' ? model(m.id, 'llama') : m));
    expect(ids(grouped(loaded, 'all', 'phi-4'))).toEqual([['memory', 1]]);
    expect(ids(grouped(loaded, 'all', 'phi-4', new Map([['phi-4-Q5_K_M', 'disk']])))).toEqual([['disk', 1]]);
  });

  it('counts no problem where another target answers', () => {
    const targets = [
      { engine: 'a', model: 'x', phase: 'failed', progress: null },
      { engine: 'b', model: 'x', phase: 'ready', progress: null },
    ] as const;
    expect(isProblem(model('x', 'a', { targets }))).toBe(false);
  });
});

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
