import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/**
 * @typedef {{ name: string, method: number, packed: number, size: number, at: number }} Entry `at`: where its header begins
 */

/**
 * Opens a plain zip (no zip64, no encryption) and reads its list of files.
 *
 * @param {string} path
 * @returns {{ entries: Entry[], extract: (entry: Entry, to: string) => Promise<void>, close: () => void }}
 * @throws Error when it isn't such a zip
 */
export function openZip(path) {
  const fd = openSync(path, 'r');
  const read = (/** @type {number} */ at, /** @type {number} */ length) => {
    const bytes = Buffer.alloc(length);
    if (readSync(fd, bytes, 0, length, at) !== length) throw new Error(`${path} ends too early.`);
    return bytes;
  };

  const size = fstatSync(fd).size;
  const tail = read(Math.max(0, size - 65_557), Math.min(size, 65_557)); // 22 bytes and a comment of at most 65,535
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06'));
  if (end < 0) throw new Error(`${path} is not a zip.`);
  const list = read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));

  return {
    entries: parseList(list, tail.readUInt16LE(end + 10)),
    close: () => closeSync(fd),
    async extract(entry, to) {
      const header = read(entry.at, 30);
      const start = entry.at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
      if (entry.method !== 0 && entry.method !== 8)
        throw new Error(`${entry.name}: unknown compression ${entry.method}.`);
      const inflate = entry.method === 8 ? [createInflateRaw({ chunkSize: 1 << 20 })] : [];
      if (entry.packed === 0) {
        writeFileSync(to, '');
      } else {
        const source = createReadStream(path, { start, end: start + entry.packed - 1, highWaterMark: 1 << 20 });
        await pipeline([source, ...inflate, createWriteStream(to)]);
      }
      if (statSync(to).size !== entry.size) throw new Error(`${entry.name} was not unpacked completely.`);
    },
  };
}

/**
 * @param {Buffer} list the central directory
 * @param {number} count
 * @returns {Entry[]}
 */
function parseList(list, count) {
  const entries = [];
  for (let at = 0; entries.length < count; ) {
    const nameLength = list.readUInt16LE(at + 28);
    entries.push({
      name: list.toString('utf8', at + 46, at + 46 + nameLength),
      method: list.readUInt16LE(at + 10),
      packed: list.readUInt32LE(at + 20),
      size: list.readUInt32LE(at + 24),
      at: list.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32);
  }
  return entries;
}
