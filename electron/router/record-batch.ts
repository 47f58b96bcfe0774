import type { RequestRecord } from '../../shared/contract/router.ts';

/**
 * So many records at a time. The host takes as long over a record as the router over its request: without a bound, a client that
 * asks ten thousand times a second would keep the host from its engines.
 */
export const MOST_RECORDS = 1_000;

/** The requests that ended since the last batch went to the host. */
export interface RecordBatch {
  /** Whether there is room for one that ended so. Failed requests have as many places again: they are what somebody will look for. */
  hasRoom(outcome: RequestRecord['outcome']): boolean;
  add(record: RequestRecord): void;
  /** All of them, oldest first; a new batch begins. */
  take(): RequestRecord[];
}

/** An empty batch. */
export function createRecordBatch(most = MOST_RECORDS): RecordBatch {
  let records: RequestRecord[] = [];
  return {
    hasRoom: (outcome) => records.length < (outcome === 'ok' ? most : most * 2),
    add: (record) => void records.push(record),
    take() {
      const all = records;
      records = [];
      return all;
    },
  };
}
