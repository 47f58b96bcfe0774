/**
 * The part of the GGUF v3 format (ggml's docs/gguf.md) that a small F32 model needs, little endian.
 *
 * @typedef {'u32' | 'i32' | 'f32' | 'bool' | 'string'} Scalar
 * @typedef {[key: string, type: Scalar | 'string[]' | 'f32[]' | 'i32[]', value: unknown]} Entry
 * @typedef {{ name: string, shape: number[], data: () => Float32Array }} Tensor `data` is called when its turn comes
 */

const ALIGNMENT = 32;
const ARRAY = 9;
const TYPES = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8 };

/**
 * The file, chunk by chunk: header, metadata, list of tensors, then each tensor's numbers.
 *
 * @param {Entry[]} metadata must hold `general.alignment` 32
 * @param {Tensor[]} tensors
 * @returns {Generator<Buffer>}
 */
export function* writeGguf(metadata, tensors) {
  let offset = 0;
  const infos = tensors.map(({ name, shape }) => {
    const info = Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]);
    offset += size(shape) + padding(size(shape));
    return info;
  });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(metadata.length),
    ...metadata.map(entry),
    ...infos,
  ]);
  yield head;
  yield Buffer.alloc(padding(head.length));
  for (const { name, shape, data } of tensors) {
    const numbers = data();
    if (numbers.byteLength !== size(shape))
      throw new Error(`${name}: ${numbers.length} numbers do not fit its shape.`);
    yield Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    yield Buffer.alloc(padding(size(shape)));
  }
}

/** @param {Entry} entry */
function entry([key, type, value]) {
  if (type.endsWith('[]') && Array.isArray(value)) {
    const scalar = /** @type {Scalar} */ (type.slice(0, -2));
    const items = value.map((item) => encode(scalar, item));
    return Buffer.concat([text(key), u32(ARRAY), u32(TYPES[scalar]), u64(value.length), ...items]);
  }
  const scalar = /** @type {Scalar} */ (type);
  return Buffer.concat([text(key), u32(TYPES[scalar]), encode(scalar, value)]);
}

/**
 * @param {Scalar} type
 * @param {unknown} value
 */
function encode(type, value) {
  if (type === 'string') return text(String(value));
  if (type === 'bool') return Buffer.from([value ? 1 : 0]);
  const four = Buffer.alloc(4);
  if (type === 'f32') four.writeFloatLE(Number(value));
  else if (type === 'i32') four.writeInt32LE(Number(value));
  else four.writeUInt32LE(Number(value));
  return four;
}

const u32 = (/** @type {number} */ n) => encode('u32', n);

const u64 = (/** @type {number} */ n) => {
  const eight = Buffer.alloc(8);
  eight.writeBigUInt64LE(BigInt(n));
  return eight;
};

const text = (/** @type {string} */ s) => {
  const bytes = Buffer.from(s, 'utf8');
  return Buffer.concat([u64(bytes.length), bytes]);
};

const size = (/** @type {number[]} */ shape) => shape.reduce((product, n) => product * n, 4);

const padding = (/** @type {number} */ n) => (ALIGNMENT - (n % ALIGNMENT)) % ALIGNMENT;
