import { describe, expect, it } from 'vitest';
import { keepToken } from '../../../renderer/web/token.ts';

/** A page at this fragment; what is kept and shown afterwards. */
function opened(hash: string) {
  const kept = new Map<string, string>();
  const page = {
    location: { hash, pathname: '/' },
    history: { replaceState: (_state: unknown, _title: string, url: string) => (page.location.hash = url.slice(1)) },
    sessionStorage: { setItem: (key: string, value: string) => kept.set(key, value) },
  };
  const took = keepToken(page as unknown as Window);
  return { took, kept: [...kept.values()], hash: page.location.hash };
}

describe('keepToken', () => {
  it('keeps the token for the tab and takes it out of the address', () => {
    expect(opened('#token=abc-_9')).toEqual({ took: true, kept: ['abc-_9'], hash: '#/' });
  });

  it.each(['', '#/', '#/models', '#/engines/token=x'])('leaves %s alone', (hash) => {
    expect(opened(hash)).toEqual({ took: false, kept: [], hash });
  });
});
