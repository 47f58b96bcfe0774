/** `npm run test:gpu`: this machine's own cards by the vendors' own tools, whose words become fixtures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { APP_FIELDS, GPU_FIELDS } from '../../../../electron/core/gpu/nvidia-smi.ts';
import { machineGpus } from '../../../../electron/host/gpu/machine-gpus.ts';
import { findTool, thisMachine } from '../../../../electron/host/gpu/places.ts';
import { askTool } from '../../../../electron/host/gpu/tool.ts';
import type { GpuSample } from '../../../../shared/gpu.ts';
import { describeNeeding, top } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const CSV = '--format=csv,noheader,nounits';
/** What is asked of each tool, and the name under which its answer is kept. */
const QUESTIONS: Readonly<Record<string, readonly (readonly [file: string, ...args: string[]])[]>> = {
  'nvidia-smi': [
    ['gpus.csv', `--query-gpu=${GPU_FIELDS.join(',')}`, CSV],
    ['apps.csv', `--query-compute-apps=${APP_FIELDS.join(',')}`, CSV],
  ],
  'amd-smi': ['static', 'list', 'metric', 'process'].map((word) => [`${word}.json`, word, '--json'] as const),
  'rocm-smi': [
    [
      'rocm.csv',
      ...'-i -P -t -f -u --showmemuse --showmeminfo vram gtt --showproductname --showbus --csv'.split(' '),
    ],
  ],
  'xpu-smi': [
    ['discovery.json', 'discovery', '--json'],
    ['stats.json', 'stats', '-d', '0', '--json'],
  ],
};

/** Ids tell one machine from all others: each becomes a made-up one, the same wherever it stands. Of paths the last part is kept. */
function withoutIds(text: string, known: Map<string, string>): string {
  return text
    .replace(/\/(?:[^/,"\n]+\/)+/g, '/')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, (id) => {
      const made = known.get(id) ?? `00000000-0000-4000-8000-${String(known.size).padStart(12, '0')}`;
      known.set(id, made);
      return made;
    });
}

describeNeeding(['gpu'], 'the cards of this machine', () => {
  it('are read, once and again, and are what they were', async () => {
    const gpus = machineGpus({ env: process.env });
    endings.push(() => gpus.close());
    const first = await gpus.sample();
    expect(first.gpus.length).toBeGreaterThan(0);
    for (const card of first.gpus) {
      expect(card.name).toBeTruthy();
      expect(card.memory_total).toBeGreaterThan(0);
      expect(card.memory_used).toBeLessThanOrEqual(card.memory_total ?? 0);
    }
    const seen: GpuSample[] = [];
    gpus.watch((sample) => seen.push(sample));
    await until('five looks', () => seen.length >= 5, { deadline: 60_000 });
    for (const sample of seen)
      expect(sample.gpus.map(({ uuid }) => uuid)).toEqual(first.gpus.map(({ uuid }) => uuid));
  });

  it('give new fixtures', async () => {
    const places = thisMachine(process.env);
    const [card] = (await machineGpus({ env: process.env }).sample()).gpus;
    const slug = (card?.name ?? 'unknown').toLowerCase().replace(/[^a-z0-9]+/g, '-');
    let kept = 0;
    for (const [name, questions] of Object.entries(QUESTIONS)) {
      const tool = await findTool(name, places);
      if (tool === null) continue;
      const ids = new Map<string, string>();
      const folder = join(top, 'tests/fixtures/gpu/recorded', `${name}-${slug}`);
      for (const [file, ...args] of questions) {
        const told = await askTool(tool, args, 20_000);
        if (!told.ok) continue;
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, file), `${withoutIds(told.stdout, ids)}\n`);
        kept += 1;
      }
    }
    expect(kept).toBeGreaterThan(0);
  });
});
