/**
 * Normally distributed numbers that are the same on every run: the label is the seed.
 *
 * @param {string} label
 * @param {number} count
 * @param {number} scale the standard deviation
 * @returns {Float32Array}
 */
export function noise(label, count, scale) {
  const random = uniform(seedOf(label));
  const out = new Float32Array(count);
  // Box and Muller: two uniform numbers give two normal ones.
  for (let i = 0; i < count; i += 2) {
    const radius = scale * Math.sqrt(-2 * Math.log(random() + 1e-12));
    const angle = 2 * Math.PI * random();
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/**
 * Vectors of length 1, each at a right angle to all others (Gram and Schmidt).
 *
 * @param {string} label
 * @param {number} count at most `length`
 * @param {number} length
 * @returns {Float32Array[]}
 */
export function orthonormal(label, count, length) {
  /** @type {Float32Array[]} */
  const found = [];
  for (let n = 0; n < count; n++) {
    let vector = noise(`${label} ${n}`, length, 1);
    for (const other of found) {
      const along = dot(vector, other);
      vector = vector.map((x, i) => x - along * (other[i] ?? 0));
    }
    const size = Math.sqrt(dot(vector, vector));
    found.push(vector.map((x) => x / size));
  }
  return found;
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** FNV-1a. @param {string} label */
function seedOf(label) {
  let hash = 2166136261;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/** Mulberry32: numbers in [0, 1). @param {number} seed */
function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
