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
