import { describe, expect, it } from 'vitest';
import { keyName } from '../../renderer/keys.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) =>
  keyName({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });

describe('keyName', () => {
  it('names keys alike on every platform', () => {
    expect(press('1', { ctrlKey: true })).toBe('mod+1');
    expect(press('1', { metaKey: true })).toBe('mod+1');
    expect(press('D', { ctrlKey: true, shiftKey: true })).toBe('mod+shift+d');
    expect(press('F8', { shiftKey: true })).toBe('shift+f8');
  });

  it('does not count the shift that a sign itself needs', () => {
    expect(press('?', { shiftKey: true })).toBe('?');
  });
});
