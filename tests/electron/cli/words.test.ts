import { describe, expect, it } from 'vitest';
import {
  about,
  bytesWords,
  causeWords,
  engineWords,
  keptWords,
  plain,
  runByWords,
  sinceWords,
  table,
  targetWords,
} from '../../../electron/cli/words.ts';
import { ENGINE_PHASES, TARGET_PHASES } from '../../../shared/model.ts';

const engine = { phase: 'ready', held: false, owner: 'managed', progress: null } as const;

describe('who runs it', () => {
  it('names the owner of an external engine where the system tells', () => {
    expect(runByWords({ owner: null })).toBe('–');
    expect(runByWords({ owner: 'managed', run_by: null })).toBe('managed');
    expect(runByWords({ owner: 'external', run_by: null })).toBe('external');
    const someone = { pid: 1184, name: 'ollama', user: 'root', mine: false, parent: null };
    const unit = { name: 'ollama.service', scope: 'system' } as const;
    expect(runByWords({ owner: 'external', run_by: { ...someone, by: 'systemd', unit } })).toBe(
      'external · ollama.service',
    );
    expect(runByWords({ owner: 'external', run_by: { ...someone, by: 'program', unit: null } })).toBe(
      'external · pid 1184 of root',
    );
  });
});

describe('states in words', () => {
  it('say who stopped an engine, and how far it has loaded', () => {
    expect(engineWords(engine)).toBe('ready');
    expect(engineWords({ ...engine, phase: 'stopped' })).toBe('stopped');
    expect(engineWords({ ...engine, phase: 'stopped', held: true })).toBe('stopped by you');
    expect(engineWords({ ...engine, phase: 'stopped', owner: 'external' })).toBe('not running');
    expect(engineWords({ ...engine, phase: 'loading', progress: 0.426 })).toBe('loading 43 %');
    expect(engineWords({ ...engine, phase: 'loading' })).toBe('loading');
    const waits_for = { engine: 'other', why: 'group' } as const;
    expect(engineWords({ ...engine, phase: 'stopped', waits_for })).toBe('waits for other');
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect(keptWords({ pinned: false, idle_stop_at: null }, now)).toBe('');
    expect(keptWords({ pinned: true, idle_stop_at: null }, now)).toBe(', pinned');
    expect(keptWords({ pinned: false, idle_stop_at: '2026-11-23T12:04:00Z' }, now)).toBe(', stops in 4 min');
    expect(keptWords({ pinned: false, idle_stop_at: '2026-11-23T12:00:09Z' }, now)).toBe(', stops within a minute');
    expect(engineWords({ ...engine, phase: null, owner: null })).toBe('–');
  });

  it('have words without underscores for every phase', () => {
    for (const phase of ENGINE_PHASES) expect(engineWords({ ...engine, phase })).toMatch(/^[a-z ]+$/);
    for (const phase of TARGET_PHASES) {
      expect(targetWords({ engine: 'e', phase, progress: null })).toMatch(/^e [a-z ]+$/);
    }
    expect(targetWords({ engine: 'e', phase: null, progress: null })).toBe('e –');
    expect(targetWords({ engine: 'e', phase: 'loading', progress: 0 })).toBe('e loading 0 %');
  });
});

describe('amounts in words', () => {
  it('are short, and – when unknown', () => {
    expect([null, 0, 999, 1024, 1_288_490_189, 24 * 1024 ** 3, 1e15].map(bytesWords)).toEqual([
      '–',
      '0 B',
      '999 B',
      '1.0 KiB',
      '1.2 GiB',
      '24 GiB',
      '909 TiB',
    ]);
  });

  it('count from now', () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    const ago = (seconds: number): string => sinceWords(new Date(now - seconds * 1000).toISOString(), now);
    expect([0, 59, 60, 3599, 3600, 47 * 3600, 48 * 3600].map(ago)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '59 min',
      '1 h',
      '47 h',
      '2 d',
    ]);
    expect(ago(-5)).toBe('0 s');
    expect(sinceWords(null, now)).toBe('–');
  });
});

describe('plain', () => {
  it('leaves nothing that a terminal would act on', () => {
    expect(plain('a\n\tb\u001b[2Jc\u0007')).toBe('a b·[2Jc·');
    expect(causeWords({ code: 'exited', message: 'It\nended.', hint: 'Look.' })).toBe('It ended. → Look.');
    expect(causeWords({ code: 'exited', message: 'It ended.', hint: null })).toBe('It ended.');
  });
});

describe('table', () => {
  it('aligns columns, ends no line with blanks, and lets a single cell run across', () => {
    const text = table(
      ['A', 'LONG', 'C'],
      [['1', 'x', ''], ['  a remark that is longer than every column'], ['“–”', 'y', 'z']],
    );
    expect(text).toBe('A    LONG  C\n1    x\n  a remark that is longer than every column\n“–”  y     z\n');
  });
});

it('names an engine once', () => {
  expect(about('far', 'far is run by somebody else.')).toBe('far is run by somebody else.');
  expect(about('far', 'farther is another')).toBe('far: farther is another');
});
