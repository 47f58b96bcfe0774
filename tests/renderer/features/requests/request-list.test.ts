import { describe, expect, it } from 'vitest';
import {
  clientName,
  counts,
  filtered,
  isRerouted,
  merged,
  requestState,
} from '../../../../renderer/features/requests/request-list.ts';
import { timeParts } from '../../../../renderer/features/requests/time-parts.ts';
import { traceLines } from '../../../../renderer/features/requests/trace-steps.ts';
import { record } from '../../../support/request-record.ts';
import { REQUESTS, REROUTED } from '../../support/recorded-requests.ts';

const ALL = [...REQUESTS.active, ...REQUESTS.finished];
const ids = (records: readonly { id: string }[]) => records.map(({ id }) => id);

describe('the list', () => {
  it('has those under way first, then the newest; one that ended is listed once', () => {
    const before = merged([], REQUESTS.active, REQUESTS.finished);
    expect(ids(before).slice(0, 4)).toEqual(['a1', 'a2', REROUTED.id, 'f1']);
    const ended = record({ ...REQUESTS.active[0], outcome: 'ok' });
    expect(ids(merged(before, REQUESTS.active, [ended])).slice(0, 3)).toEqual(['a2', 'a1', REROUTED.id]);
  });

  it('forgets the oldest of very many', () => {
    const many = Array.from({ length: 3_000 }, (_, n) => record({ id: `${n}`, at: new Date(n).toISOString() }));
    const kept = merged([], [], many);
    expect([kept.length, kept[0]?.id]).toEqual([2_000, '2999']);
  });

  it('counts what is under way, failed and rerouted', () => {
    expect(counts(ALL)).toEqual({ all: 26, active: 2, failed: 1, rerouted: 1 });
    expect([isRerouted(REROUTED), isRerouted(record())]).toEqual([true, false]);
  });

  it('is filtered by state and by words, anywhere or in their place', () => {
    expect(ids(filtered(ALL, 'active', ''))).toEqual(['a1', 'a2']);
    expect(ids(filtered(ALL, 'failed', ''))).toEqual(['f2']);
    expect(ids(filtered(ALL, 'all', 'client:codex'))).toEqual(['a2', 'f2']);
    expect(ids(filtered(ALL, 'all', 'client:codex engine:work'))).toEqual([]);
    expect(ids(filtered(ALL, 'all', 'model:gpt-oss upstream_error'))).toEqual(['f2']);
    expect(ids(filtered(ALL, 'all', 'team'))).toEqual(['f3']);
  });

  it('says what each is doing or became', () => {
    const words = ids(ALL)
      .slice(0, 6)
      .map((id) => requestState(ALL.find((r) => r.id === id) ?? record()).word);
    expect(words).toEqual(['Streaming', 'Waiting', 'Done, rerouted', 'Done', 'Failed, 502', 'Client left']);
    expect(requestState(record({ outcome: 'cancelled' })).word).toBe('Cancelled');
    expect(requestState(record({ outcome: null })).word).toBe('Routing');
  });

  it.each([
    ['curl/8.5.0', 'curl'],
    ['OpenAI/JS 6.49.0', 'OpenAI'],
    ['Mozilla/5.0 (X11; Linux) AppleWebKit/537 Chrome/130.0 Safari/537', 'Chrome'],
    ['Mozilla/5.0 Edg/130', 'Edge'],
    [null, null],
  ])('calls %s %s', (program, name) => {
    expect(clientName(record({ client: { key: null, program, address: null } }))).toBe(name);
  });
});

describe('where the time went', () => {
  it('is a part for each wait and try, and ends where the request ends', () => {
    const parts = timeParts(REROUTED);
    expect(parts.map(({ label, from, ms }) => [label, from, ms])).toEqual([
      ['Routing', 0, 2],
      ['workstation', 2, 310],
      ['Waiting', 312, 618],
      ['Prompt', 930, 280],
      ['Answer', 1210, 4190],
    ]);
  });

  it('counts what is still going on up to now', () => {
    expect(timeParts(REQUESTS.active[1] ?? record()).at(-1)).toMatchObject({ label: 'Waiting', ms: 2_399 });
  });
});

describe('the steps', () => {
  it('tell the story in order', () => {
    expect(traceLines(REROUTED).map(({ title, at }) => [title, at])).toEqual([
      ['Resolved', 0],
      ['Left out qwen-vllm/Qwen2.5-Coder', 1],
      ['workstation/qwen refused, status 502', 2],
      ['Waited for a slot on ollama', 312],
      ['Fell back to llama3.1', 930],
      ['Asked ollama/llama3.1:latest', 930],
      ['First byte', 1210],
      ['End', 5400],
    ]);
    expect(traceLines(REROUTED).at(-1)?.more).toBe('402 tokens at 96\u00a0tok/s after 1,204 of prompt');
  });

  it('have no end while it goes on', () => {
    expect(traceLines(REQUESTS.active[1] ?? record()).map(({ title }) => title)).toEqual(['Waited for qwen-vllm']);
  });
});
