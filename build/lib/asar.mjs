import { closeSync, openSync, readSync } from 'node:fs';

/**
 * An asar archive of a few text files, all at its top.
 *
 * The format: Chromium pickles of the header's length and of the header (JSON, 4-byte aligned), then the files end to end.
 *
 * @param {Record<string, string>} files
 * @returns {Buffer}
 */
export function packAsar(files) {
  let offset = 0;
  /** @type {Record<string, { size: number, offset: string }>} */
  const listed = {};
  const contents = Object.entries(files).map(([name, text]) => {
    const content = Buffer.from(text);
    listed[name] = { size: content.length, offset: String(offset) };
    offset += content.length;
    return content;
  });
  const header = Buffer.from(JSON.stringify({ files: listed }));
  const padding = Buffer.alloc((4 - (header.length % 4)) % 4);
  const payload = 4 + header.length + padding.length;
  return Buffer.concat([u32(4), u32(payload + 4), u32(payload), u32(header.length), header, padding, ...contents]);
}

/** @param {number} n */
function u32(n) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
}

/**
 * What an asar archive lists.
 *
 * @param {string} file
 * @returns {{ path: string, size: number, integrity?: { algorithm: string, hash: string } }[]} files, paths with `/`
 */
export function listAsar(file) {
  const archive = openSync(file, 'r');
  try {
    const sizes = Buffer.alloc(16);
    readSync(archive, sizes, 0, 16, 0);
    const header = Buffer.alloc(sizes.readUInt32LE(12));
    readSync(archive, header, 0, header.length, 16);
    return listed(JSON.parse(header.toString('utf8')).files, '');
  } finally {
    closeSync(archive);
  }
}

/**
 * @param {Record<string, any>} entries
 * @param {string} under
 * @returns {ReturnType<typeof listAsar>}
 */
const listed = (entries, under) =>
  Object.entries(entries).flatMap(([name, entry]) =>
    entry.files ? listed(entry.files, `${under}${name}/`) : [{ ...entry, path: `${under}${name}` }],
  );
