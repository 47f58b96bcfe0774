import { describe, expect, it } from 'vitest';
import { createCooldowns } from '../../../electron/router/cooldown.ts';

describe('cooldowns', () => {
  it('cool a target after more failures than allowed within a minute', () => {
    const cooldowns = createCooldowns();
    for (const at of [0, 1, 2]) cooldowns.fail('a', at, 3, 30_000);
    expect(cooldowns.until('a', 3)).toBeNull();
    cooldowns.fail('a', 3, 3, 30_000);
    expect(cooldowns.until('a', 4)).toBe(30_003);
    expect([...cooldowns.list(10_003)]).toEqual([['a', 20_000]]);
    expect(cooldowns.until('b', 4)).toBeNull();
    expect(cooldowns.until('a', 30_003)).toBeNull();
    expect([...cooldowns.list(30_003)]).toEqual([]);
  });
  it('forget failures after an answer, and those older than a minute', () => {
    const cooldowns = createCooldowns();
    cooldowns.fail('a', 0, 1, 1_000);
    cooldowns.succeed('a');
    cooldowns.fail('a', 1, 1, 1_000);
    expect(cooldowns.until('a', 2)).toBeNull();
    cooldowns.fail('a', 60_002, 1, 1_000);
    expect(cooldowns.until('a', 60_003)).toBeNull();
    cooldowns.fail('a', 60_004, 1, 1_000);
    expect(cooldowns.until('a', 60_005)).toBe(61_004);
  });
  it('start from nothing after a rest', () => {
    const cooldowns = createCooldowns();
    cooldowns.fail('a', 0, 0, 10);
    cooldowns.fail('a', 20, 1, 10);
    expect(cooldowns.until('a', 21)).toBeNull();
  });
  it('are off without a cooldown', () => {
    const cooldowns = createCooldowns();
    for (let i = 0; i < 9; i += 1) cooldowns.fail('a', i, 0, null);
    expect(cooldowns.until('a', 9)).toBeNull();
  });
});
