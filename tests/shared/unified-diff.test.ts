import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../shared/unified-diff.ts';

const lines = (...items: string[]) => `${items.join('\n')}\n`;
const many = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}`);

describe('unifiedDiff', () => {
  it('says nothing of equal texts', () => {
    expect(unifiedDiff('f', 'a\n', 'a\n')).toBe('');
  });

  it('shows three lines around a change, and the numbers of both sides', () => {
    const before = lines(...many(9));
    const after = before.replace('line 5\n', 'line five\nand more\n');
    expect(unifiedDiff('f.yaml', before, after)).toBe(
      '--- f.yaml\n+++ f.yaml\n@@ -2,7 +2,8 @@\n line 2\n line 3\n line 4\n-line 5\n+line five\n+and more\n line 6\n line 7\n line 8\n',
    );
  });

  it('keeps distant changes apart, and says where the last line is open', () => {
    const before = many(30).join('\n');
    const after = before.replace('line 3\n', '').replace('line 28', 'x');
    const diff = unifiedDiff('f', before, after);
    expect(diff.match(/^@@.*@@$/gm)).toEqual(['@@ -1,6 +1,5 @@', '@@ -25,6 +24,6 @@']);
    expect(diff.endsWith(' line 30\n\\ No newline at end of file\n')).toBe(true);
  });
});
