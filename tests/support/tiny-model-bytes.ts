import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTinyModel } from '../../build/tiny-model.mjs';
import { tempFolder } from './tmp.ts';

/** A small model that a real engine loads, as bytes: what a server serves. About 0.6 MB. */
export function tinyModelBytes(): Buffer {
  const path = join(tempFolder(), 'tiny.gguf');
  makeTinyModel(path);
  return readFileSync(path);
}
