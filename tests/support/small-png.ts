/** A picture as a PNG with a palette: a third of the bytes, and no colour further than a few steps from what it was. */
import { crc32, deflateSync } from 'node:zlib';
import type { PNG } from 'pngjs';

const MOST_COLOURS = 256;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Palette {
  /** `0xRRGGBB`, at most 256. */
  readonly colours: readonly number[];
  /** Which of them stands for a colour of the picture. */
  readonly of: ReadonlyMap<number, number>;
}

/** PNG bytes of a picture without transparency. pngjs writes no palettes. */
export function smallPng(picture: PNG): Buffer {
  const { width, height, data } = picture;
  const { colours, of } = paletteOf(picture);
  const rows = Buffer.alloc(height * (width + 1)); // each row begins with a 0: no filter
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows[y * (width + 1) + 1 + x] = of.get(colourAt(data, (y * width + x) * 4)) ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // 8 bits a pixel, by palette
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colours.flatMap(channels))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * The commonest colours stay exactly as they are, so surfaces and lines do; a rarer one – the edge of a letter – takes the nearest
 * that is there. How near that is grows until 256 are enough.
 */
function paletteOf({ data }: PNG): Palette {
  const counts = new Map<number, number>();
  for (let i = 0; i < data.length; i += 4) {
    const colour = colourAt(data, i);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const commonest = [...counts].sort(([a, n], [b, m]) => m - n || a - b).map(([colour]) => colour);
  for (let near = 0; ; near += 1) {
    const palette = within(commonest, near);
    if (palette) return palette;
  }
}

/** A palette in which each colour has one no further than `near`; null when that needs too many. */
function within(commonest: readonly number[], near: number): Palette | null {
  const colours: number[] = [];
  const of = new Map<number, number>();
  for (const colour of commonest) {
    let best = nearest(colours, colour, near);
    if (best === null) {
      if (colours.length === MOST_COLOURS) return null;
      best = colours.push(colour) - 1;
    }
    of.set(colour, best);
  }
  return { colours, of };
}

function nearest(colours: readonly number[], wanted: number, near: number): number | null {
  let [best, least] = [-1, near + 1];
  for (const [i, colour] of colours.entries()) {
    const far = distance(colour, wanted);
    if (far < least) [best, least] = [i, far];
  }
  return best < 0 ? null : best;
}

/** By the channel that differs most. */
const distance = (a: number, b: number): number =>
  Math.max(
    Math.abs((a >> 16) - (b >> 16)),
    Math.abs(((a >> 8) & 255) - ((b >> 8) & 255)),
    Math.abs((a & 255) - (b & 255)),
  );

const channels = (colour: number): number[] => [colour >> 16, (colour >> 8) & 255, colour & 255];
const colourAt = (data: Buffer, i: number): number =>
  ((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0);

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
