import { expect, it } from 'vitest';
import { createWatches } from '../../../electron/host/watches.ts';
import type { Caller } from '../../../shared/contract/ipc.ts';

function caller(id: string): Caller & { go(): void } {
  const partings: (() => void)[] = [];
  let gone = false;
  return {
    id,
    from: 'cli',
    emit: () => {},
    onGone: (listener) => (gone ? listener() : partings.push(listener)),
    go() {
      gone = true;
      for (const leave of partings.splice(0)) leave();
    },
  };
}

it('ends a watch with its caller’s word, with a new watch of the same name, or with the caller', () => {
  const watches = createWatches();
  const live = new Set<string>();
  const begin = (name: string) => () => {
    live.add(name);
    return () => live.delete(name);
  };
  const [a, b] = [caller('a'), caller('b')];
  watches.set(a, 'log', begin('a log'));
  watches.set(b, 'log', begin('b log'));
  watches.set(b, 'requests', begin('b requests'));
  watches.set(a, 'log', null);
  expect([...live]).toEqual(['b log', 'b requests']);
  watches.set(b, 'log', begin('b second'));
  expect([...live]).toEqual(['b requests', 'b second']);
  b.go();
  expect([...live]).toEqual([]);
  watches.set(b, 'log', begin('too late'));
  expect([...live]).toEqual([]);
});
