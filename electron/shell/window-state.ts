/** Where the window was, and whether it can be there again. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  readonly bounds: Bounds;
  readonly maximized: boolean;
}

export const MINIMUM = { width: 960, height: 640 } as const;
const DEFAULT = { width: 1200, height: 800 } as const;
/** So much of the upper edge must be on some screen that one can take hold of it. */
const GRIP = { width: 120, height: 40 } as const;

/**
 * Where to open the window: as it was when a screen still shows it, else its size in the middle of the first screen.
 * `screens` are the work areas, the primary one first; there may be none.
 */
export function placeWindow(saved: WindowState | null, screens: readonly Bounds[]): Partial<Bounds> {
  const bounds = saved?.bounds;
  if (bounds !== undefined && screens.some((screen) => canBeHeld(bounds, screen))) return bounds;
  const width = bounds?.width ?? DEFAULT.width;
  const height = bounds?.height ?? DEFAULT.height;
  const [primary] = screens;
  if (primary === undefined) return { width, height };
  const fits = { width: Math.min(width, primary.width), height: Math.min(height, primary.height) };
  return {
    ...fits,
    x: primary.x + Math.round((primary.width - fits.width) / 2),
    y: primary.y + Math.round((primary.height - fits.height) / 2),
  };
}

/** A state as it was written; `null` when the text is not one. */
export function readWindowState(text: string): WindowState | null {
  try {
    const { bounds, maximized } = JSON.parse(text) as { bounds?: Record<string, unknown>; maximized?: unknown };
    const { x, y, width, height } = bounds ?? {};
    if (![x, y, width, height].every((n) => Number.isInteger(n))) return null;
    const found = { x, y, width, height } as Bounds;
    if (found.width < 1 || found.height < 1) return null;
    return { bounds: found, maximized: maximized === true };
  } catch {
    return null;
  }
}

function canBeHeld(bounds: Bounds, screen: Bounds): boolean {
  const across = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
  const top = bounds.y >= screen.y - 1 && bounds.y + GRIP.height <= screen.y + screen.height;
  return across >= GRIP.width && top;
}
