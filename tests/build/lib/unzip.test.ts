import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { openZip } from '../../../build/lib/unzip.mjs';
import { tempFolder } from '../../support/tmp.ts';

/** A zip as the format's description has it; checksums are left out, nobody here reads them. */
function zip(files: { name: string; text: string; packed: boolean; size?: number }[]): Buffer {
  const bodies: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const { name, text, packed, size = text.length } of files) {
    const data = packed ? deflateRawSync(text) : Buffer.from(text);
    const head = Buffer.alloc(30);
    head.write('PK\x03\x04', 'latin1');
    head.writeUInt16LE(name.length, 26);
    head.writeUInt16LE(4, 28); // an extra field that the list doesn't have
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(packed ? 8 : 0, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    const body = Buffer.concat([head, Buffer.from(name), Buffer.alloc(4), data]);
    bodies.push(body);
    list.push(entry, Buffer.from(name));
    at += body.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(list).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, ...list, end, Buffer.from('a comment')]);
}

const open = (content: Buffer) => {
  const path = join(tempFolder(), 'a.zip');
  writeFileSync(path, content);
  return openZip(path);
};

it('unpacks plain, compressed and empty files', async () => {
  const archive = open(
    zip([
      { name: 'plain', text: 'hello', packed: false },
      { name: 'folder/packed', text: 'word '.repeat(1000), packed: true },
      { name: 'empty', text: '', packed: false },
    ]),
  );
  const to = join(tempFolder(), 'out');
  const texts = [];
  for (const entry of archive.entries) {
    await archive.extract(entry, to);
    texts.push([entry.name, readFileSync(to, 'utf8')]);
  }
  archive.close();
  expect(texts).toEqual([
    ['plain', 'hello'],
    ['folder/packed', 'word '.repeat(1000)],
    ['empty', ''],
  ]);
});

it('refuses what is no zip, and a file that comes out shorter than it should', async () => {
  expect(() => open(Buffer.from('hello'))).toThrow('is not a zip');
  const archive = open(zip([{ name: 'short', text: 'abc', packed: true, size: 4 }]));
  const [entry] = archive.entries;
  if (!entry) throw new Error('The zip has no entry.');
  await expect(archive.extract(entry, join(tempFolder(), 'out'))).rejects.toThrow(
    'short was not unpacked completely',
  );
  archive.close();
});
