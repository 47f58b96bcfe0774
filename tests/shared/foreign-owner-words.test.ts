import { describe, expect, it } from 'vitest';
import { holderWords, ownerWords } from '../../shared/foreign-owner-words.ts';
import type { ForeignOwner } from '../../shared/model.ts';

const owner = (over: Partial<ForeignOwner> = {}): ForeignOwner => ({
  by: 'program',
  pid: 1184,
  name: 'ollama',
  user: 'ada',
  mine: true,
  unit: null,
  parent: null,
  ...over,
});
const unit = (scope: 'user' | 'system') => owner({ by: 'systemd', unit: { name: 'ollama.service', scope } });

describe('who runs it, in words', () => {
  it.each([
    [owner(), 'pid 1184 (ollama)', 'ollama (pid 1184)'],
    [owner({ user: 'root', mine: false }), 'pid 1184 of root', 'ollama (pid 1184) of root'],
    [owner({ pid: null, name: null, user: 'root', mine: false }), 'a process of root', 'a program of root'],
    [unit('system'), 'ollama.service', 'ollama (pid 1184), run by ollama.service'],
    [unit('user'), 'ollama.service', 'ollama (pid 1184), run by your ollama.service'],
    [owner({ by: 'app', parent: 'Ollama' }), 'Ollama', 'ollama (pid 1184), run by the app Ollama'],
    [owner({ by: 'container', parent: 'web' }), 'container web', 'ollama (pid 1184) in the container web'],
  ])('%j', (who, short, long) => {
    expect(ownerWords(who)).toBe(short);
    expect(holderWords(who)).toBe(long);
  });

  it('says so when nothing is known', () => expect(holderWords(null)).toBe('another program'));
});
