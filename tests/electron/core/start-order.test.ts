import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dependencyCircle, startOrder, stopOrder } from '../../../electron/core/start-order.ts';

const needs = (given: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(given).map(([name, depends_on]) => [name, { depends_on }]));

describe('startOrder', () => {
  const engines = needs({ litellm: ['vllm', 'ollama'], vllm: [], ollama: ['gpu'], gpu: [], other: [] });

  it('brings what is needed along, first', () => {
    expect(startOrder(engines, ['litellm'])).toEqual(['vllm', 'gpu', 'ollama', 'litellm']);
  });
  it('keeps the order asked for where nothing else is needed', () => {
    expect(startOrder(engines, ['other', 'vllm', 'other'])).toEqual(['other', 'vllm']);
  });
  it('leaves out names nobody knows, of objects too', () => {
    expect(startOrder(needs({ a: ['gone', 'toString'] }), ['a', 'constructor'])).toEqual(['a']);
  });

  const graph = fc
    .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, fc.subarray(names)]))))
    .map(needs);

  it('puts everything behind what it needs, in any graph without a circle', () => {
    fc.assert(
      fc.property(graph, (engines) => {
        const order = startOrder(engines, Object.keys(engines));
        expect([...order].sort()).toEqual(Object.keys(engines).sort());
        if (dependencyCircle(engines) !== null) return;
        for (const [name, { depends_on }] of Object.entries(engines)) {
          for (const needed of depends_on) expect(order.indexOf(needed)).toBeLessThan(order.indexOf(name));
        }
      }),
    );
  });

  it('finds a circle exactly when there is one', () => {
    fc.assert(
      fc.property(graph, (engines) => {
        const circle = dependencyCircle(engines);
        // Taking away whoever needs nothing (left) empties a graph without a circle, and only such a one.
        const left = new Map(Object.entries(engines).map(([name, { depends_on }]) => [name, [...depends_on]]));
        for (let again = true; again; ) {
          const free = [...left].filter(([, depends_on]) => depends_on.every((needed) => !left.has(needed)));
          for (const [name] of free) left.delete(name);
          again = free.length > 0;
        }
        expect(circle === null).toBe(left.size === 0);
        if (circle === null) return;
        expect(circle[0]).toBe(circle.at(-1));
        circle.slice(1).forEach((needed, index) => {
          expect(engines[circle[index] ?? '']?.depends_on).toContain(needed);
        });
      }),
    );
  });
});

describe('stopOrder', () => {
  it('ends who leans on others first, and nobody who was not named', () => {
    const engines = needs({ a: [], b: ['a'], c: ['b'] });
    expect(stopOrder(engines, ['a', 'b', 'c'])).toEqual(['c', 'b', 'a']);
    expect(stopOrder(engines, ['a', 'c'])).toEqual(['c', 'a']);
  });
});
