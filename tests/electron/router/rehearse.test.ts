import { describe, expect, it } from 'vitest';
import { createCooldowns } from '../../../electron/router/cooldown.ts';
import { createLive } from '../../../electron/router/live.ts';
import { rehearse } from '../../../electron/router/rehearse.ts';
import { compileTable } from '../../../electron/router/resolve.ts';
import type { Credits } from '../../../electron/router/strategy.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';

function dry(phases: Record<string, 'ready' | 'stopped'>, over: Parameters<typeof model>[2] = {}) {
  const weights: Record<string, number> = { a: 3, b: 1 };
  const compiled = compileTable(
    table({
      engines: Object.entries(phases).map(([name, phase]) => engine(name, 'http://127.0.0.1:1', { phase })),
      models: [
        model(
          'm',
          Object.keys(phases).map((name) => ({ ...target(name), weight: weights[name] ?? 1 })),
          over,
        ),
      ],
    }),
    () => {},
  );
  const credits: Credits = new Map();
  const shares = rehearse({ compiled, live: createLive(), cooldowns: createCooldowns(), now: 0 }, 'm', 1000, credits);
  expect(credits.size).toBe(0);
  return Object.values(shares);
}

describe('dry choices', () => {
  it('follow the weights exactly and change nothing', () => {
    expect(dry({ a: 'ready', b: 'ready' }, { strategy: 'weighted' })).toEqual([750, 250]);
  });

  it('go to the first by priority, and wake nobody, whatever `wake` says', () => {
    expect(dry({ a: 'stopped', b: 'ready' })).toEqual([1000]);
    expect(dry({ a: 'stopped', b: 'stopped' }, { wake: 'always' })).toEqual([]);
    expect(dry({ a: 'stopped', b: 'ready' }, { wake: 'always' })).toEqual([1000]);
  });

  it('of a model that nobody knows are none', () => {
    const compiled = compileTable(table({ engines: [], models: [] }), () => {});
    expect(
      rehearse({ compiled, live: createLive(), cooldowns: createCooldowns(), now: 0 }, 'm', 5, new Map()),
    ).toEqual({});
  });
});
