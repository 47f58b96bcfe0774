// @vitest-environment happy-dom
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { type Handlers, keyName, shortcutsNow, useShortcuts } from '../../renderer/keys.ts';
import { keyWords, SHORTCUT_IDS, SHORTCUTS } from '../../renderer/shortcuts.ts';
import { hide, show } from './support/render.tsx';

afterEach(hide);

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) =>
  keyName({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });

const typed = (key: string, at: Element = document.body, ctrlKey = false) =>
  act(async () => at.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true })));

function Page({ keys, children }: { readonly keys: Handlers; readonly children?: React.ReactNode }) {
  useShortcuts(keys);
  return children;
}

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

describe('useShortcuts', () => {
  it('does what the page mounted last says, and nothing once it is gone', async () => {
    const done: string[] = [];
    await show(
      <>
        <Page keys={{ models: () => done.push('window'), find: () => done.push('find') }} />
        <Page keys={{ find: () => done.push('page') }} />
      </>,
    );
    await typed('2', document.body, true);
    await typed('f', document.body, true);
    expect(done).toEqual(['window', 'page']);
    expect(shortcutsNow()).toEqual(['models', 'find']);
    await hide();
    await typed('2', document.body, true);
    expect(done).toHaveLength(2);
    expect(shortcutsNow()).toEqual([]);
  });

  it('leaves plain keys to fields, and all keys to dialogs', async () => {
    const done: string[] = [];
    const { find } = await show(
      <Page keys={{ help: () => done.push('help'), apply: () => done.push('apply') }}>
        <input aria-label="field" />
        <div className="dialog">
          <button type="button">in</button>
        </div>
      </Page>,
    );
    await typed('?', find('input', 'field'));
    expect(done).toEqual([]);
    await typed('s', find('input', 'field'), true);
    await typed('s', find('button', 'in'), true);
    await typed('?');
    expect(done).toEqual(['apply', 'help']);
  });
});

describe('the table of shortcuts', () => {
  const top = resolve(import.meta.dirname, '../../renderer');
  const sources = readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && file !== 'shortcuts.ts')
    .map((file) => readFileSync(join(top, file), 'utf8'))
    .join('\n');

  it('lists none that the window’s own listener should handle and no page does', () => {
    const calls = [...sources.matchAll(/useShortcuts\(\{([\s\S]*?)\}\);/g)].map((m) => m[1]).join('\n');
    const own = SHORTCUT_IDS.filter((id) => !('by' in SHORTCUTS[id]));
    expect(own.filter((id) => !new RegExp(`\\b${id}: `).test(calls))).toEqual([]);
  });

  it('lists no key of rows that no act has', () => {
    const rows = SHORTCUT_IDS.filter((id) => SHORTCUTS[id].by === 'row' && /^[a-z]$/.test(SHORTCUTS[id].key));
    expect(rows.filter((id) => !sources.includes(`key: '${id}'`))).toEqual([]);
  });

  it('gives no key two meanings in one place', () => {
    const places = SHORTCUT_IDS.map((id) => `${SHORTCUTS[id].where} ${SHORTCUTS[id].key}`);
    expect(places).toEqual([...new Set(places)]);
  });

  it('prints keys as they are written on a keyboard', () => {
    expect(keyWords('mod+shift+d', '⌘')).toBe('⌘ Shift D');
    expect(keyWords('escape', 'Ctrl')).toBe('Esc');
    expect(keyWords('shift+f8', 'Ctrl')).toBe('Shift F8');
  });
});
