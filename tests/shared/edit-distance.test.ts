import { describe, expect, it } from 'vitest';
import { editDistance } from '../../shared/edit-distance.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['model', 'model', 0],
    ['', 'abc', 3],
    ['frist', 'first', 1],
    ['least-bussy', 'least-busy', 1],
    ['llama', 'lama3', 2],
  ])('%s and %s are %d apart', (a, b, n) => {
    expect(editDistance(a, b)).toBe(n);
    expect(editDistance(b, a)).toBe(n);
  });
});
