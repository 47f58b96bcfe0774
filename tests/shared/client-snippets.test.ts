import { describe, expect, it } from 'vitest';
import { snippets } from '../../shared/client-snippets.ts';

describe('snippets', () => {
  it('names the address and the model in each language, quoted', () => {
    const all = snippets('http://127.0.0.1:4000/v1', `it's "m"`, true);
    expect(all.map((s) => s.kind)).toEqual(['settings', 'python', 'node', 'curl']);
    for (const { text } of all) {
      expect(text).toContain('http://127.0.0.1:4000/v1');
      expect(text).toContain('YOUR_KEY');
    }
    expect(all[1]?.text).toContain(String.raw`model="it's \"m\""`);
    expect(all[3]?.text).toContain(String.raw`it'\''s`);
  });
});
