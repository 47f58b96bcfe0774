import { describe, expect, it } from 'vitest';
import { NOTHING_TOLD, requestRecord, type Story } from '../../../electron/router/record.ts';
import { createRecordBatch } from '../../../electron/router/record-batch.ts';

const ended = (id: string, outcome: 'ok' | 'error') =>
  requestRecord({
    turn: { id, path: '/v1/chat/completions', began: 0 } as Story['turn'],
    client: { key: null, program: null, address: null },
    ...{ asked: 'm', stream: false, told: NOTHING_TOLD, queued: 0, outcome, failure: null },
    ...{ trace: null, capture: null, now: 1 },
  });

describe('a batch of records', () => {
  it('takes so many, and as many again of those that failed', () => {
    const batch = createRecordBatch(2);
    for (const id of ['ok 1', 'ok 2', 'ok 3', 'error 4', 'error 5', 'error 6']) {
      const outcome = id.startsWith('ok') ? 'ok' : 'error';
      if (batch.hasRoom(outcome)) batch.add(ended(id, outcome));
    }
    expect(batch.take().map(({ id }) => id)).toEqual(['ok 1', 'ok 2', 'error 4', 'error 5']);
  });

  it('is empty once it was taken', () => {
    const batch = createRecordBatch(1);
    batch.add(ended('1', 'ok'));
    expect(batch.hasRoom('ok')).toBe(false);
    batch.take();
    expect(batch.take()).toEqual([]);
    expect(batch.hasRoom('ok')).toBe(true);
  });
});
