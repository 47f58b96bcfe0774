import { describe, expect, it } from 'vitest';
import { RequestLog } from '../../../electron/host/request-log.ts';
import type { RequestNews } from '../../../shared/contract/ipc.ts';
import { record } from '../../support/request-record.ts';

const same = (text: string) => text;

describe('the request log', () => {
  it('gives the newest first, and no more than asked for', () => {
    const log = new RequestLog(1 << 20, () => {}, same);
    log.add([record({ id: 'a' }), record({ id: 'b' })]);
    log.add([record({ id: 'c' })]);
    expect(log.list(2).finished.map(({ id }) => id)).toEqual(['c', 'b']);
    expect(log.list(0).finished).toEqual([]);
  });

  it('stays within its budget of bytes by dropping the oldest, also when the budget shrinks', () => {
    const size = JSON.stringify(record({ id: '000' })).length * 2;
    const log = new RequestLog(size * 3, () => {}, same);
    for (let n = 100; n < 120; n += 1) log.add([record({ id: String(n) })]);
    expect(log.list(100).finished.map(({ id }) => id)).toEqual(['119', '118', '117']);
    log.budget = size;
    expect(log.list(100).finished.map(({ id }) => id)).toEqual(['119']);
    log.budget = 0;
    expect(log.list(100).finished).toEqual([]);
  });

  it('asks the router to tell only while somebody watches, and forgets what was under way then', () => {
    const asked: boolean[] = [];
    const log = new RequestLog(1 << 20, (on) => asked.push(on), same);
    const heard: RequestNews[] = [];
    const first = log.watch((news) => heard.push(news));
    const second = log.watch(() => {});
    log.setActive([record({ id: 'a', outcome: null })], 3);
    expect(heard.at(-1)).toMatchObject({ active: [{ id: 'a' }], more: 3, finished: [] });
    log.add([record({ id: 'a' })]);
    expect(heard.at(-1)).toMatchObject({ active: [], finished: [{ id: 'a' }] });
    log.setActive([record({ id: 'b', outcome: null })], 0);
    first();
    first();
    expect(asked).toEqual([true]);
    second();
    expect(asked).toEqual([true, false]);
    expect(log.list(9).active).toEqual([]);
  });

  it('keeps no secret, wherever it stands', () => {
    const log = new RequestLog(
      1 << 20,
      () => {},
      (text) => text.replaceAll('s3cret', '•••'),
    );
    const skip = {
      kind: 'skip',
      at: 0,
      target: 'a/b',
      code: 'upstream_error',
      message: 'key s3cret refused',
    } as const;
    const captured = { request: '{"key":"s3cret"}', answer: 's3cret', cut: false };
    log.add([record({ message: 'no s3cret', steps: [skip], captured })]);
    log.setActive([record({ message: 's3cret', outcome: null })], 0);
    expect(JSON.stringify(log.list(9))).not.toContain('s3cret');
  });
});
