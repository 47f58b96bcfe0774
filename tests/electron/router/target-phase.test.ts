import { expect, it } from 'vitest';
import { bestPhase, targetPhase } from '../../../electron/router/target-phase.ts';
import { ENGINE_PHASES, type EnginePhase, type TargetPhase } from '../../../shared/model.ts';
import { engine, target } from '../../fixtures/upstream/routing-table.ts';

const of = (over: Parameters<typeof engine>[2], cooling = false) =>
  targetPhase(engine('a', 'http://127.0.0.1:1', over), target('a'), cooling);

it('has a word for every phase of an engine', () => {
  const words: Record<EnginePhase, TargetPhase> = {
    stopped: 'not_loaded',
    starting: 'loading',
    loading: 'loading',
    ready: 'ready',
    unhealthy: 'unavailable',
    draining: 'unavailable',
    stopping: 'unavailable',
    backoff: 'unavailable',
    failed: 'failed',
  };
  for (const phase of ENGINE_PHASES) expect(of({ phase }), phase).toBe(words[phase]);
});

it('says first what a person did, then what failed, then what the engine tells of the model', () => {
  expect(of({ held: true, phase: 'failed' })).toBe('held');
  expect(of({ phase: 'failed' }, true)).toBe('failed');
  expect(of({}, true)).toBe('cooling');
  expect(of({ models: { up: 'sleeping' } })).toBe('sleeping');
  expect(of({ phase: 'stopped', owner: 'external' })).toBe('unavailable');
  expect(targetPhase(undefined, target('a'), false)).toBe('unavailable');
});

it('takes the best of several', () => {
  expect(bestPhase(['failed', 'loading', 'held'])).toBe('loading');
  expect(bestPhase(['failed', 'ready'])).toBe('ready');
  expect(bestPhase([])).toBe('unavailable');
});
