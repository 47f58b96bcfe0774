import { expect, it } from 'vitest';
import { packIcns, packIco } from '../../../build/lib/icon-files.mjs';

const pictures = [16, 256].map((size) => ({ size, png: Buffer.from(`picture of ${size} px`) }));

it('lists each picture of a Windows icon with its place', () => {
  const ico = packIco(pictures);
  expect(ico.readUInt16LE(4)).toBe(2);
  const texts = [0, 1].map((n) => {
    const entry = ico.subarray(6 + 16 * n, 22 + 16 * n);
    const at = entry.readUInt32LE(12);
    return [entry[0], ico.toString('utf8', at, at + entry.readUInt32LE(8))];
  });
  expect(texts).toEqual([
    [16, 'picture of 16 px'],
    [0, 'picture of 256 px'],
  ]);
});

it('names each picture of a macOS icon, with plain and double density', () => {
  const icns = packIcns(pictures);
  const names = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) names.push(icns.toString('latin1', at, at + 4));
  expect(icns.toString('latin1', 0, 4)).toBe('icns');
  expect(icns.readUInt32BE(4)).toBe(icns.length);
  expect(names).toEqual(['icp4', 'ic08', 'ic13']);
  expect(() => packIcns([{ size: 17, png: Buffer.alloc(0) }])).toThrow('no 17 px');
});
