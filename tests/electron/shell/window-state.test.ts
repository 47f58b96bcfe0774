import { describe, expect, it } from 'vitest';
import { placeWindow, readWindowState } from '../../../electron/shell/window-state.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const beside = { x: 1440, y: 0, width: 1920, height: 1080 };
const at = (x: number, y: number, width = 1200, height = 800) => ({
  bounds: { x, y, width, height },
  maximized: false,
});

describe('placeWindow', () => {
  it('opens in the middle of the first screen the first time', () => {
    expect(placeWindow(null, [laptop, beside])).toEqual({ x: 120, y: 63, width: 1200, height: 800 });
  });

  it('opens where it was', () => {
    expect(placeWindow(at(1500, 100), [laptop, beside])).toEqual(at(1500, 100).bounds);
    expect(placeWindow(at(-900, 30), [laptop])).toEqual(at(-900, 30).bounds);
  });

  it.each([
    ['the screen beside is gone', at(1500, 100)],
    ['it hangs out to the left', at(-1150, 100)],
    ['its upper edge is above the screen', at(100, -300)],
    ['its upper edge is below the screen', at(100, 890)],
  ])('comes back when %s', (_, saved) => {
    expect(placeWindow(saved, [laptop])).toEqual({ x: 120, y: 63, width: 1200, height: 800 });
  });

  it('is no larger than the screen it comes back to', () => {
    expect(placeWindow(at(5000, 0, 2500, 1400), [laptop])).toEqual({ ...laptop });
  });

  it('has a size even without any screen', () => {
    expect(placeWindow(null, [])).toEqual({ width: 1200, height: 800 });
  });
});

describe('readWindowState', () => {
  it('reads what was written', () => {
    const state = { bounds: { x: 1, y: 2, width: 3, height: 4 }, maximized: true };
    expect(readWindowState(JSON.stringify(state))).toEqual(state);
  });

  it.each([
    '',
    '{}',
    'null',
    '{"bounds":{"x":1,"y":2,"width":"3","height":4}}',
    '{"bounds":{"x":1,"y":2,"width":0,"height":4}}',
    '[]',
  ])('takes nothing from %s', (text) => {
    expect(readWindowState(text)).toBeNull();
  });
});
