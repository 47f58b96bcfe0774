import { expect, it } from 'vitest';
import { packAsar } from '../../../build/lib/asar.mjs';

it('says where each file is, by byte', () => {
  const archive = packAsar({ 'a.txt': 'héllo', 'b.txt': 'world' });
  const headerLength = archive.readUInt32LE(12);
  const header = JSON.parse(archive.toString('utf8', 16, 16 + headerLength));
  const start = 8 + archive.readUInt32LE(4);
  const read = ({ size, offset }: { size: number; offset: string }) =>
    archive.toString('utf8', start + Number(offset), start + Number(offset) + size);
  expect(read(header.files['a.txt'])).toBe('héllo');
  expect(read(header.files['b.txt'])).toBe('world');
  expect(start % 4).toBe(0);
});
