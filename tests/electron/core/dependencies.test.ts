import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockCause,
  blockOf,
  dependantsOf,
  isLeanedOn,
  isNeeded,
  type Leaned,
  type Leaning,
  missingNeed,
  needsOf,
  notNeededBeside,
} from '../../../electron/core/dependencies.ts';
import { ENGINE_PHASES } from '../../../shared/model.ts';
import { cause } from '../../support/engine-life.ts';

const one = (depends_on: readonly string[], change: Partial<Leaned> = {}): Leaned => ({
  depends_on,
  phase: 'stopped',
  owner: 'managed',
  held: false,
  mayRetry: false,
  cause: null,
  ...change,
});
/** `proxy` needs `embed`, which needs `base`. */
type Change = Partial<Record<'proxy' | 'embed' | 'base', Partial<Leaned>>>;
const chain = (change: Change = {}): Leaning => ({
  proxy: one(['embed'], change.proxy),
  embed: one(['base'], change.embed),
  base: one([], change.base),
});
const failed = { phase: 'failed', cause: cause('out_of_memory', 'There is no memory left.') } as const;

describe('what is in the way of an engine', () => {
  it('is nothing while all that it needs may come up', () => {
    expect(blockOf(chain(), 'proxy')).toBeNull();
    expect(blockOf(chain({ base: { ...failed, mayRetry: true } }), 'proxy')).toBeNull();
  });
  it('is a need that failed, however far away, and it is named with why', () => {
    const block = blockOf(chain({ base: failed }), 'proxy');
    expect(block).toEqual({
      engine: 'base',
      code: 'engine_failed',
      message: 'proxy needs base, which failed: There is no memory left.',
    });
    expect(block && blockCause(block).code).toBe('dependency_failed');
  });
  it('is a need that a person stopped, or somebody else’s that does not answer', () => {
    expect(blockOf(chain({ embed: { held: true } }), 'proxy')).toMatchObject({
      engine: 'embed',
      code: 'engine_held',
    });
    expect(blockOf(chain({ embed: { owner: 'external' } }), 'proxy')).toMatchObject({ code: 'engine_stopped' });
    expect(blockOf(chain({ embed: { owner: 'external', phase: 'ready' } }), 'proxy')).toBeNull();
  });
  it('is never its own state', () => {
    expect(blockOf(chain({ proxy: failed }), 'proxy')).toBeNull();
    expect(blockOf(chain({ proxy: { held: true } }), 'proxy')).toBeNull();
  });
});

describe('who leans on whom', () => {
  it('reaches over more than one step', () => {
    expect(needsOf(chain(), 'proxy')).toEqual(['base', 'embed']);
    expect(dependantsOf(chain(), 'base')).toEqual(['proxy', 'embed']);
    expect(missingNeed(chain({ embed: { phase: 'loading' } }), 'proxy')).toBe('embed');
    expect(missingNeed(chain({ embed: { phase: 'ready' } }), 'proxy')).toBeNull();
  });
  it('keeps one that is used or about to be', () => {
    expect(isNeeded(chain(), 'base', () => false)).toBe(false);
    expect(isNeeded(chain({ proxy: { phase: 'ready' } }), 'base', () => false)).toBe(true);
    expect(isNeeded(chain(), 'base', (name) => name === 'proxy')).toBe(true);
  });
  it('makes one wait at its stop for those on their way down, not for those that stay', () => {
    expect(isLeanedOn(chain({ proxy: { phase: 'draining' } }), 'base')).toBe(true);
    expect(isLeanedOn(chain({ embed: { phase: 'stopping' } }), 'base')).toBe(true);
    expect(isLeanedOn(chain({ proxy: { phase: 'ready' } }), 'base')).toBe(false);
  });
});

describe('over any stack', () => {
  const stacks: fc.Arbitrary<Leaning> = fc
    .array(fc.tuple(fc.subarray(['a', 'b', 'c', 'd', 'e']), fc.constantFrom(...ENGINE_PHASES)), {
      minLength: 5,
      maxLength: 5,
    })
    .map((rows) =>
      Object.fromEntries(
        rows.map(([needs, phase], i) => {
          const name = 'abcde'[i] ?? 'a';
          // Only earlier ones: no circles, which `check` refuses.
          return [
            name,
            one(
              needs.filter((need) => need < name),
              { phase },
            ),
          ];
        }),
      ),
    );
  const up = (engines: Leaning, name: string) => !['stopped', 'failed'].includes(engines[name]?.phase ?? '');

  it('of those that are stopped together nobody pulls the rug from under one that stays, and none is kept without need', () => {
    fc.assert(
      fc.property(stacks, fc.subarray(['a', 'b', 'c', 'd', 'e']), (engines, names) => {
        const going = notNeededBeside(engines, names);
        for (const name of going)
          for (const other of dependantsOf(engines, name))
            expect(going.includes(other) || !up(engines, other)).toBe(true);
        for (const name of names.filter((other) => !going.includes(other)))
          expect(dependantsOf(engines, name).some((other) => up(engines, other) && !going.includes(other))).toBe(
            true,
          );
      }),
    );
  });

  it('somebody may always be ended: those that wait for others at their stop form no circle', () => {
    fc.assert(
      fc.property(stacks, (engines) => {
        const leaving = Object.keys(engines).filter((name) =>
          ['draining', 'stopping'].includes(engines[name]?.phase ?? ''),
        );
        if (leaving.length > 0) expect(leaving.some((name) => !isLeanedOn(engines, name))).toBe(true);
      }),
    );
  });
});
