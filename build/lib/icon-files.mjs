/** @typedef {{ size: number, png: Buffer }} Picture a square one; `size` in px */

/**
 * A Windows icon: a list of entries of 16 bytes, then the PNGs themselves (as Windows has read them since Vista).
 *
 * @param {Picture[]} pictures at most 256 px
 * @returns {Buffer}
 */
export function packIco(pictures) {
  const head = Buffer.alloc(6);
  head.writeUInt16LE(1, 2); // an icon, no cursor
  head.writeUInt16LE(pictures.length, 4);
  let at = 6 + 16 * pictures.length;
  const list = pictures.map(({ size, png }) => {
    const entry = Buffer.alloc(16);
    entry[0] = size % 256; // 0 stands for 256
    entry[1] = size % 256;
    entry.writeUInt16LE(1, 4); // colour planes
    entry.writeUInt16LE(32, 6); // bits a pixel
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(at, 12);
    at += png.length;
    return entry;
  });
  return Buffer.concat([head, ...list, ...pictures.map(({ png }) => png)]);
}

/** Apple's names by size in px; some sizes stand for a plain and for a double-density icon. */
const ICNS = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
};

/**
 * A macOS icon: named blocks, each with its length in front.
 *
 * @param {Picture[]} pictures 16, 32, 64, 128, 256, 512 or 1024 px
 * @returns {Buffer}
 */
export function packIcns(pictures) {
  const blocks = pictures.flatMap(({ size, png }) => {
    const names = ICNS[/** @type {keyof typeof ICNS} */ (size)];
    if (!names) throw new Error(`macOS icons have no ${size} px.`);
    return names.map((name) => block(name, png));
  });
  return block('icns', Buffer.concat(blocks));
}

/**
 * @param {string} name four letters
 * @param {Buffer} content
 */
function block(name, content) {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([head, content]);
}
