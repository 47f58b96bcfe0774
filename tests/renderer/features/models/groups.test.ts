import { describe, expect, it } from 'vitest';
import { counts, grouped, isProblem } from '../../../../renderer/features/models/groups.ts';
import { MODELS, model } from '../../support/recorded.ts';

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
