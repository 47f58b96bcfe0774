import { describe, expect, it } from 'vitest';
import { planText } from '../../../electron/cli/plan-text.ts';
import type { Plan } from '../../../shared/model.ts';

const PLAN: Plan = {
  base_revision: 'a',
  revision: 'b',
  changed: true,
  engines: [
    { name: 'llama', action: 'restart', keys: ['args', 'health.every'], running: true },
    { name: 'vllm', action: 'restart', keys: ['model'], running: false },
    { name: 'ollama', action: 'keep', keys: [], running: true },
    { name: 'new', action: 'add', keys: [], running: false },
    { name: 'old', action: 'remove', keys: [], running: true },
  ],
  routes: ['qwen', 'gpt'],
  gateway: { action: 'rebind', keys: ['port'] },
  in_flight: 2,
  other: ['app'],
};

describe('planText', () => {
  it('says what happens to whom, and why', () => {
    expect(planText(PLAN)).toBe(
      [
        'llama    restarts when its requests are done  args, health.every',
        'vllm     is changed (it is not running)       model',
        'ollama   is untouched',
        'new      is added',
        'old      is stopped and forgotten',
        'gateway  listens elsewhere once it can        port',
        'app      changes',
        'Routes that change: qwen, gpt',
        'Requests in flight that may finish first: 2',
        '',
      ].join('\n'),
    );
  });

  it('says when there is nothing to do', () => {
    expect(planText({ ...PLAN, changed: false })).toBe('Nothing changes.\n');
  });

  it('says nothing about what is not concerned', () => {
    const gateway = { action: 'keep', keys: [] } as const;
    expect(planText({ ...PLAN, engines: [], gateway, other: [], in_flight: 0, routes: ['a'] })).toBe(
      'Routes that change: a\n',
    );
  });
});
