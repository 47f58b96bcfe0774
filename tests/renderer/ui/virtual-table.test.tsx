// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VirtualTable } from '../../../renderer/ui/virtual-table.tsx';
import { evenHeights, MAX_MOUNTED } from '../../../renderer/ui/window-rows.ts';
import { hide, show } from '../support/render.tsx';

// happy-dom lays nothing out: a screen that is taller than any
beforeEach(() => void vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(50_000));
afterEach(async () => {
  await hide();
  vi.restoreAllMocks();
});

const items = Array.from({ length: 5000 }, (_, i) => i);
const table = (
  <VirtualTable
    label="Numbers"
    className=""
    items={items}
    heights={evenHeights(items.length, 36)}
    columns={1}
    head={<th>Number</th>}
    row={(n) => (
      <tr key={n}>
        <td>
          <button type="button" className="row-name">
            {n}
          </button>
        </td>
      </tr>
    )}
  />
);
const names = () => [...document.querySelectorAll<HTMLElement>('.row-name')];
const arrow = (key: string) =>
  act(async () => document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })));

describe('VirtualTable', () => {
  it('mounts no more rows than the limit, however tall the screen, and says how many there are', async () => {
    await show(table);
    expect(names()).toHaveLength(MAX_MOUNTED);
    expect(document.querySelector('table')?.getAttribute('aria-rowcount')).toBe('5000');
  });

  it('moves the focus from row to row by the arrow keys, and no further than the ends', async () => {
    await show(table);
    names()[0]?.focus();
    await arrow('ArrowUp');
    expect(document.activeElement?.textContent).toBe('0');
    await arrow('ArrowDown');
    await arrow('ArrowDown');
    expect(document.activeElement?.textContent).toBe('2');
    await arrow('ArrowUp');
    expect(document.activeElement?.textContent).toBe('1');
  });
});
