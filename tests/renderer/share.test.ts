import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share } from '../../renderer/share.ts';
import type { StackSnapshot } from '../../shared/model.ts';
import { SNAPSHOT } from './support/recorded.ts';

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('share', () => {
  it('gives the very same object back when nothing changed', () => {
    expect(share(SNAPSHOT, copy(SNAPSHOT))).toBe(SNAPSHOT);
  });

  it('keeps every other row when one changes, moves or goes', () => {
    const next = copy(SNAPSHOT);
    const engines = [...next.engines]
      .reverse()
      .slice(1)
      .map((e) => (e.name === 'llama' ? { ...e, in_flight: 9 } : e));
    const shared = share(SNAPSHOT, { ...next, engines });
    const of = (name: string, s: StackSnapshot = shared) => s.engines.find((e) => e.name === name);
    expect(of('llama')).toMatchObject({ in_flight: 9 });
    expect(of('llama')).not.toBe(of('llama', SNAPSHOT));
    expect(of('ollama')).toBe(of('ollama', SNAPSHOT));
    expect(shared.models).toBe(SNAPSHOT.models);
    expect(shared.engines.map((e) => e.name)).toEqual(engines.map((e) => e.name));
  });

  it('never changes what is said', () => {
    const plain = fc.jsonValue().map((value) => copy(value));
    fc.assert(
      fc.property(plain, plain, (before, next) => {
        expect(share(before, next)).toEqual(next);
      }),
    );
  });
});
