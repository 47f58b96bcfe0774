import { describe, expect, it } from 'vitest';
import { takeoverWords } from '../../../../renderer/features/engines/takeover-words.ts';
import type { ForeignOwner } from '../../../../shared/model.ts';

const owner: ForeignOwner = {
  by: 'program',
  pid: 1184,
  name: 'ollama',
  user: 'ada',
  mine: true,
  unit: null,
  parent: null,
};

describe('takeoverWords', () => {
  it('says the command that a unit is stopped with', () => {
    const unit = { name: 'ollama.service', scope: 'user' } as const;
    expect(takeoverWords({ ...owner, by: 'systemd', unit })).toMatchObject({
      possible: true,
      text: expect.stringContaining('`systemctl --user stop ollama.service`'),
    });
  });

  it('promises no more than TERM for a process of one’s own', () => {
    expect(takeoverWords(owner)).toMatchObject({ possible: true, text: expect.stringContaining('never more') });
  });

  it.each([
    ['unknown', null],
    ['an app', { ...owner, by: 'app', parent: 'Ollama' }],
    ['a container', { ...owner, by: 'container' }],
    ['another user', { ...owner, mine: false, user: 'root' }],
  ] as const)('offers no way for %s', (_, one) => expect(takeoverWords(one).possible).toBe(false));
});
