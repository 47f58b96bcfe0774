import type { RequestRecord } from '../../shared/contract/router.ts';

/**
 * So many records at a time. The host takes as long over a record as the router over its request: without a bound, a client that
 * asks ten thousand times a second would keep the host from its engines.
 */
export const MOST_RECORDS = 1_000;

/** The requests that ended since the last batch went to the host. */
export interface RecordBatch {
  /** False when there is no more room. Failed requests have as many places again: they are what somebody will look for. */
  add(record: RequestRecord): boolean;
  /** All of them, oldest first; a new batch begins. */
  take(): RequestRecord[];
}

/** An empty batch. */
export function createRecordBatch(most = MOST_RECORDS): RecordBatch {
  let records: RequestRecord[] = [];
  return {
    add(record) {
      if (records.length >= (record.outcome === 'ok' ? most : most * 2)) return false;
      records.push(record);
      return true;
    },
    take() {
      const all = records;
      records = [];
      return all;
    },
  };
}
