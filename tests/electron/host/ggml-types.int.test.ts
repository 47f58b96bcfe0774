/** The sizes of the types of weights, held against files that llama.cpp's own quantizer writes. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTinyModel } from '../../../build/tiny-model.mjs';
import { readModelHeader } from '../../../electron/host/gguf-header.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, need } from '../../support/tools.ts';

const TYPES = [
  ...['F16', 'BF16', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0', 'Q2_K', 'Q3_K_S', 'Q4_K_S', 'Q5_K_S', 'Q6_K'],
  ...['IQ3_S', 'IQ4_NL', 'IQ4_XS', 'TQ1_0', 'TQ2_0'],
];

describeNeeding(['llama-server'], 'a file of a real quantizer', () => {
  const folder = tempFolder('quantized');
  const quantizer = join(dirname(need(llamaServer ?? '/none')), 'llama-quantize');
  const source = join(folder, 'source.gguf');
  makeTinyModel(source, { embd: 256, ff: 256 });

  it.skipIf(!existsSync(quantizer)).each(TYPES)(
    '%s: is whole, names its type, and is missed when its end is cut off',
    async (type) => {
      const path = join(folder, `${type}.gguf`);
      execFileSync(quantizer, ['--pure', source, path, type, '1'], { stdio: 'ignore' });
      const answer = await readModelHeader(path);
      expect(answer).toMatchObject({ ok: true, header: { architecture: 'llama', quantization: type } });
      const bytes = readFileSync(path);
      // Weights are followed by less than one alignment of nothing.
      writeFileSync(path, bytes.subarray(0, bytes.length - 32));
      expect(await readModelHeader(path)).toMatchObject({
        ok: false,
        problem: expect.stringMatching(/^\d+ of its bytes are missing/),
      });
    },
  );
});
