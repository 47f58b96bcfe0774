/** Writes small GGUF files, right ones and such as nobody should write (format: ggml docs/gguf.md). */

export type GgufEntry =
  | { key: string; type: 'text'; value: string; length?: bigint }
  | { key: string; type: 'u32'; value: number }
  | { key: string; type: 'list'; items: 'u32'; value: readonly number[]; length?: bigint }
  | { key: string; type: 'raw'; code: number; value: Buffer };

interface Tensor {
  name: string;
  shape: readonly number[];
}

/** A header with F32 tensors, all at offset 0, and no weights; `claims` are the numbers that stand at its start. */
export function gguf(
  entries: readonly GgufEntry[],
  tensors: readonly Tensor[] = [],
  claims: { version?: number; entries?: bigint; tensors?: bigint } = {},
): Buffer {
  return Buffer.concat([
    Buffer.from('GGUF'),
    u32(claims.version ?? 3),
    u64(claims.tensors ?? BigInt(tensors.length)),
    u64(claims.entries ?? BigInt(entries.length)),
    ...entries.flatMap((entry) => [text(entry.key), ...encoded(entry)]),
    ...tensors.flatMap(({ name, shape }) => [
      text(name),
      u32(shape.length),
      ...shape.map((one) => u64(BigInt(one))),
      u32(0),
      u64(0n),
    ]),
  ]);
}

/** A list of texts, such as a vocabulary. */
export function texts(key: string, values: readonly string[]): GgufEntry {
  const value = Buffer.concat([u32(8), u64(BigInt(values.length)), ...values.map((one) => text(one))]);
  return { key, type: 'raw', code: 9, value };
}

function encoded(entry: GgufEntry): Buffer[] {
  switch (entry.type) {
    case 'text':
      return [u32(8), text(entry.value, entry.length)];
    case 'u32':
      return [u32(4), u32(entry.value)];
    case 'list':
      return [u32(9), u32(4), u64(entry.length ?? BigInt(entry.value.length)), ...entry.value.map(u32)];
    case 'raw':
      return [u32(entry.code), entry.value];
  }
}

function text(value: string, length?: bigint): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(length ?? BigInt(bytes.length)), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
