import { expect, test } from 'vitest';
import { Audience } from '../../../electron/host/audience.ts';

test('who watches hears the latest at once, and is counted until the last of them goes', () => {
  const counted: boolean[] = [];
  const audience: Audience<number> = new Audience(() => counted.push(audience.isWatched));
  const heard: string[] = [];
  const first = audience.watch((value) => heard.push(`first ${value}`), 1);
  const second = audience.watch((value) => heard.push(`second ${value}`), null);
  audience.tell(2);
  first();
  first();
  audience.tell(3);
  second();
  audience.tell(4);
  expect(heard).toEqual(['first 1', 'first 2', 'second 2', 'second 3']);
  expect(counted).toEqual([true, true, true, false]);
});

test('who only listens makes nothing come more often', () => {
  const heard: number[] = [];
  const audience = new Audience<number>(() => heard.push(-1));
  const stop = audience.listen((value) => heard.push(value));
  audience.tell(1);
  expect(audience.isWatched).toBe(false);
  stop();
  audience.tell(2);
  audience.close();
  expect(heard).toEqual([1]);
});
