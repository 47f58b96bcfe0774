import { describe, expect, it } from 'vitest';
import type { EngineFacts } from '../../../electron/core/engine-facts.ts';
import { engineSettings } from '../../../electron/core/engine-settings.ts';
import { newEngine, type PhaseState } from '../../../electron/core/engine-state.ts';
import {
  type AllFacts,
  causeOf,
  groupHolder,
  rivalsOf,
  waitsFor,
  withBlocks,
} from '../../../electron/core/stack-facts.ts';
import { engineConfig } from '../../support/engine-config.ts';
import { cause } from '../../support/engine-life.ts';

const failed: PhaseState = { is: 'failed', cause: cause('out_of_memory'), retryAt: null, mayRetry: false };

function facts(
  name: string,
  phase: PhaseState,
  { written = {}, ...change }: Partial<EngineFacts> & { written?: Record<string, unknown> } = {},
): [string, EngineFacts] {
  const config = engineConfig({ kind: 'llama.cpp', model: '/m.gguf', ...written });
  const state = { ...newEngine(engineSettings(name, config), 0), phase };
  const quiet = { pid: null, port: null, version: null, since: null, restarts: 0, memory: null, command: null };
  const none = {
    baseUrl: null,
    rootUrl: null,
    apiKey: null,
    remark: null,
    models: null,
    idleStopAt: null,
    block: null,
  };
  const foreign = { runBy: null, maxConcurrent: null, pulls: null };
  const zero = { inFlight: 0, waiting: 0, cooling: {}, yielding: false, pinned: false, wished: false, madeRoom: 0 };
  return [name, { config, state, speaks: [], loadsModels: false, ...quiet, ...none, ...foreign, ...zero, ...change }];
}
const stopped: PhaseState = { is: 'stopped', cause: null };
const ready: PhaseState = { is: 'ready' };
const needs = (...depends_on: string[]) => ({ written: { depends_on } });
const grouped = { written: { group: 'gpu0' } };
const of = (all: AllFacts, name: string) => all.find(([one]) => one === name)?.[1] as EngineFacts;
const shown = (all: AllFacts, name: string) => waitsFor(name, of(all, name), all);

describe('an engine that needs one that failed', () => {
  it('counts as failed while it is down, with the cause that names it', () => {
    const all = withBlocks([facts('proxy', stopped, needs('base')), facts('base', failed)]);
    expect(of(all, 'proxy').state.phase.is).toBe('failed');
    expect(causeOf(of(all, 'proxy'))).toMatchObject({
      code: 'dependency_failed',
      message: expect.stringContaining('base'),
    });
    expect(of(all, 'proxy').block).toMatchObject({ engine: 'base', code: 'engine_failed' });
  });
  it('is itself again once that one may be tried again, and while it runs anyway', () => {
    const retry = withBlocks([facts('proxy', stopped, needs('base')), facts('base', { ...failed, mayRetry: true })]);
    expect(of(retry, 'proxy')).toMatchObject({ block: null, state: { phase: { is: 'stopped' } } });
    const up = withBlocks([facts('proxy', ready, needs('base')), facts('base', failed)]);
    expect(of(up, 'proxy')).toMatchObject({ block: null, state: { phase: { is: 'ready' } } });
  });
});

describe('a wanted engine waits', () => {
  it('for what it needs, then for who has the group', () => {
    const wished = { wished: true, written: { group: 'gpu0', depends_on: ['base'] } };
    const loading: PhaseState = { is: 'loading', progress: null, deadline: null };
    const needing = [facts('a', stopped, wished), facts('base', loading), facts('b', ready, grouped)];
    expect(shown(needing, 'a')).toEqual({ engine: 'base', why: 'depends_on' });
    const held = [facts('a', stopped, wished), facts('base', ready), facts('b', ready, grouped)];
    expect(shown(held, 'a')).toEqual({ engine: 'b', why: 'group' });
  });
  it('for nobody when it is not wanted, or up', () => {
    const all = [facts('a', stopped, grouped), facts('b', ready, { ...grouped, waiting: 1 })];
    expect(shown(all, 'a')).toBeNull();
    expect(shown(all, 'b')).toBeNull();
    expect(shown([facts('a', stopped, { ...grouped, waiting: 1 }), facts('b', ready, grouped)], 'a')).toEqual({
      engine: 'b',
      why: 'group',
    });
  });
});

describe('a group', () => {
  const holder = (phase: PhaseState, change: Partial<EngineFacts> = {}) => {
    const all = [facts('a', stopped, grouped), facts('b', phase, { ...grouped, ...change })];
    return { holder: groupHolder('a', all), rivals: rivalsOf('a', of(all, 'a'), all).length };
  };
  it('is kept by a pinned member that is up, not by one that is on its way down or stopped', () => {
    expect(holder(ready)).toEqual({ holder: null, rivals: 1 });
    expect(holder(ready, { pinned: true })).toEqual({ holder: 'b', rivals: 1 });
    expect(holder({ is: 'draining', deadline: null, restart: false }, { pinned: true })).toEqual({
      holder: null,
      rivals: 1,
    });
    expect(holder(stopped, { pinned: true })).toEqual({ holder: null, rivals: 0 });
  });
  it('is kept by what was left of a member and could not be ended, not while that is still being found out', () => {
    const state = facts('b', failed, grouped)[1].state;
    const run = { id: 'b.1', exited: true, verifyAt: null };
    expect(holder(failed, { state: { ...state, run: { ...run, giveUpAt: 10_000 } } })).toEqual({
      holder: null,
      rivals: 1,
    });
    expect(holder(failed, { state: { ...state, run: { ...run, giveUpAt: null } } })).toEqual({
      holder: 'b',
      rivals: 1,
    });
  });
});
