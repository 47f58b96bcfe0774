import { describe, expect, it } from 'vitest';
import { createCooldowns } from '../../../electron/router/cooldown.ts';

describe('cooldowns', () => {
  it('cool a target after more failures than allowed within a minute', () => {
    const cooldowns = createCooldowns();
    for (const at of [0, 1, 2]) cooldowns.fail('a', at, 3, 30_000, 'It broke.');
    expect(cooldowns.until('a', 3)).toBeNull();
    cooldowns.fail('a', 3, 3, 30_000, 'It broke.');
    expect(cooldowns.until('a', 4)).toBe(30_003);
    expect([...cooldowns.list(10_003)]).toEqual([['a', { left_ms: 20_000, why: 'It broke.' }]]);
    expect(cooldowns.until('b', 4)).toBeNull();
    expect(cooldowns.until('a', 30_003)).toBeNull();
    expect([...cooldowns.list(30_003)]).toEqual([]);
  });
  it('forget failures after an answer, and those older than a minute', () => {
    const cooldowns = createCooldowns();
    cooldowns.fail('a', 0, 1, 1_000, 'It broke.');
    cooldowns.succeed('a');
    cooldowns.fail('a', 1, 1, 1_000, 'It broke.');
    expect(cooldowns.until('a', 2)).toBeNull();
    cooldowns.fail('a', 60_002, 1, 1_000, 'It broke.');
    expect(cooldowns.until('a', 60_003)).toBeNull();
    cooldowns.fail('a', 60_004, 1, 1_000, 'It broke.');
    expect(cooldowns.until('a', 60_005)).toBe(61_004);
  });
  it('start from nothing after a rest', () => {
    const cooldowns = createCooldowns();
    cooldowns.fail('a', 0, 0, 10, 'It broke.');
    cooldowns.fail('a', 20, 1, 10, 'It broke.');
    expect(cooldowns.until('a', 21)).toBeNull();
  });
  it('end at once on a person’s word, for one target or for all', () => {
    const cooldowns = createCooldowns();
    for (const key of ['a', 'b', 'c']) cooldowns.fail(key, 0, 0, 1_000, 'It broke.');
    cooldowns.thaw('a');
    expect([...cooldowns.list(1).keys()]).toEqual(['b', 'c']);
    cooldowns.fail('d', 1, 1, 1_000, 'It broke.');
    cooldowns.thaw(null);
    expect([...cooldowns.list(1).keys()]).toEqual([]);
    cooldowns.fail('d', 2, 1, 1_000, 'It broke.');
    expect(cooldowns.until('d', 3)).toBeNull();
  });
  it('are off without a cooldown', () => {
    const cooldowns = createCooldowns();
    for (let i = 0; i < 9; i += 1) cooldowns.fail('a', i, 0, null, 'It broke.');
    expect(cooldowns.until('a', 9)).toBeNull();
  });
});
