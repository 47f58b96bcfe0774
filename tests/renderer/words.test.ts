import { describe, expect, it } from 'vitest';
import { engineDoing, engineState, idleWords, modelState, targetState } from '../../renderer/words.ts';
import { ENGINE_PHASES, TARGET_PHASES } from '../../shared/model.ts';
import { engine, MODELS, model } from './support/recorded.ts';

describe('words', () => {
  it('has a word for every phase', () => {
    for (const phase of ENGINE_PHASES) expect(engineState(engine('e', { phase })).word).not.toBe('');
    for (const phase of TARGET_PHASES) expect(targetState(phase).word).not.toBe('');
    expect(engineState(engine('e', { phase: null })).word).toBe('Unknown');
  });

  it('tells a held engine from a stopped one, and an absent external from both', () => {
    const word = (change: object) => engineState(engine('e', { phase: 'stopped', ...change })).word;
    expect([word({}), word({ held: true }), word({ owner: 'external' })]).toEqual([
      'Stopped',
      'Stopped by you',
      'Not running',
    ]);
  });

  it('says how far loading is only when it is known', () => {
    const said = (progress: number | null) => engineState(engine('e', { phase: 'loading', progress }));
    expect(said(0.43)).toEqual({ tone: 'busy', word: 'Loading 43\u00a0%', progress: 0.43 });
    expect(said(null)).toEqual({ tone: 'busy', word: 'Loading', progress: null });
  });

  it('takes a model for as good as its best target', () => {
    const targets = [
      { engine: 'a', model: 'x', phase: 'failed', progress: null },
      { engine: 'b', model: 'x', phase: 'loading', progress: 0.5 },
    ] as const;
    expect(modelState(model('x', 'a', { targets })).word).toBe('Loading 50\u00a0%');
    expect(modelState(model('x', 'a', { targets: [] })).word).toBe('Unknown');
  });

  it('says what an engine is doing: its cause before anything else', () => {
    expect(engineDoing(engine('llama', { in_flight: 2 }), MODELS).replaceAll('\u00a0', ' ')).toBe(
      '1 of 3 models loaded, 2 requests',
    );
    const cause = { code: 'exited', message: 'It died.', hint: null } as const;
    expect(engineDoing(engine('llama', { phase: 'failed', cause }), MODELS)).toBe('It died.');
  });
});

describe('an engine among others', () => {
  it('says whom it waits for and why', () => {
    const waiting = engine('b', {
      phase: 'stopped',
      group: 'gpu0',
      waiting: 2,
      waits_for: { engine: 'a', why: 'group' },
    });
    expect(engineState(waiting)).toMatchObject({ tone: 'busy', word: 'Waits for a' });
    expect(engineDoing(waiting, [])).toBe('2\u00a0requests waiting; one of gpu0 at a time, and a has it');
    const needing = engine('b', { phase: 'stopped', waits_for: { engine: 'a', why: 'depends_on' } });
    expect(engineDoing(needing, [])).toBe('it needs a, which is not ready yet');
  });

  it.each([
    [0, 'Stops within a minute'],
    [60_000, 'Stops within a minute'],
    [61_000, 'Stops in 2\u00a0min'],
    [15 * 60_000, 'Stops in 15\u00a0min'],
    [3 * 3_600_000, 'Stops in 3\u00a0h'],
  ])('counts down to its stop: %i ms', (left, words) => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect(idleWords(new Date(now + left).toISOString(), now)).toBe(words);
  });
});
