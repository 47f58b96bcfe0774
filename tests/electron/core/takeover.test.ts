import { describe, expect, it } from 'vitest';
import { takeoverOf } from '../../../electron/core/takeover.ts';
import type { ForeignOwner } from '../../../shared/model.ts';

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
const unit = (scope: 'user' | 'system') => ({ name: 'ollama.service', scope });
const hintOf = (one: ForeignOwner | null) => {
  const way = takeoverOf('ollama', one);
  return way.do === 'refuse' ? way.cause.hint : null;
};

describe('takeoverOf', () => {
  it('asks the user’s own process to end', () => {
    expect(takeoverOf('ollama', owner())).toEqual({ do: 'ask', pid: 1184 });
  });

  it('stops a unit through systemd, a system one too: whether we may, systemd says', () => {
    expect(takeoverOf('ollama', owner({ by: 'systemd', unit: unit('user') }))).toEqual({
      do: 'stop-unit',
      unit: 'ollama.service',
      scope: 'user',
    });
    const system = owner({ by: 'systemd', unit: unit('system'), mine: false, user: 'ollama' });
    expect(takeoverOf('ollama', system)).toMatchObject({ do: 'stop-unit', scope: 'system' });
  });

  it.each([
    ['nobody can be named', null, 'Stop it where it was started.'],
    ['it is another user’s', owner({ mine: false, user: 'root' }), 'Stop it as that user, or run `sudo kill 1184`.'],
    ['it may be another user’s', owner({ mine: null, user: null, pid: null }), 'Stop it as that user.'],
    [
      'it is in another user’s systemd',
      owner({ by: 'systemd', unit: unit('user'), mine: false, user: 'grace' }),
      'Ask grace to stop it.',
    ],
    [
      'it is in a container',
      owner({ by: 'container', parent: '0123456789ab' }),
      'Stop it there, e.g. `docker stop 0123456789ab` or `podman stop 0123456789ab`.',
    ],
    ['an app would start it again', owner({ by: 'app', parent: 'Ollama' }), 'Quit Ollama first.'],
    [
      'Homebrew would start it again',
      owner({ by: 'service', parent: 'homebrew.mxcl.ollama' }),
      'Run `brew services stop ollama`.',
    ],
    [
      'Windows would start it again',
      owner({ by: 'service', parent: 'OllamaService' }),
      'Stop the service OllamaService first.',
    ],
  ])('refuses with advice when %s', (_, one, hint) => {
    expect(takeoverOf('ollama', one)).toMatchObject({ do: 'refuse', cause: { code: 'takeover_refused' } });
    expect(hintOf(one)).toBe(hint);
  });
});
