/** Replays what `npm run test:gpu` recorded of real tools on machines with a card. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAmdMetric, parseAmdProcesses, parseAmdStatic } from '../../../../electron/core/gpu/amd-smi.ts';
import { gpuRounds, parseComputeApps } from '../../../../electron/core/gpu/nvidia-smi.ts';
import { parseRocm } from '../../../../electron/core/gpu/rocm-smi.ts';
import { parseXpuDiscovery } from '../../../../electron/core/gpu/xpu-smi.ts';
import type { GpuDevice } from '../../../../shared/gpu.ts';
import { gpuFixture } from '../../../fixtures/gpu/fixture.ts';

const top = join(import.meta.dirname, '../../../fixtures/gpu');
const folders = existsSync(join(top, 'recorded')) ? readdirSync(join(top, 'recorded')).sort() : [];

function cardsIn(folder: string): readonly GpuDevice[] | null {
  const of = (name: string): string | null =>
    existsSync(join(top, 'recorded', folder, name)) ? gpuFixture(`recorded/${folder}/${name}`) : null;
  const gpus = of('gpus.csv');
  if (gpus !== null) {
    const rounds = gpuRounds(() => null);
    const whole = gpus.split('\n').map((line) => rounds.push(line));
    const cards = whole.find((round) => round !== null) ?? rounds.flush() ?? [];
    for (const { gpu } of parseComputeApps(of('apps.csv') ?? '', cards))
      expect(cards.map(({ uuid }) => uuid)).toContain(gpu);
    return cards;
  }
  const metric = of('metric.json');
  if (metric !== null) {
    const cards = parseAmdMetric(metric, parseAmdStatic(of('static.json') ?? ''), new Set());
    parseAmdProcesses(of('process.json') ?? '', cards ?? []);
    return cards;
  }
  const rocm = of('rocm.csv');
  return rocm === null ? parseXpuDiscovery(of('discovery.json') ?? '') : parseRocm(rocm, new Set());
}

describe('what real tools printed', () => {
  if (folders.length === 0)
    it('is a card', (context) => context.skip('nothing was recorded on a machine with a card yet'));
  it.each(folders)('%s is a card', (folder) => {
    const cards = cardsIn(folder) ?? [];
    expect(cards.length).toBeGreaterThan(0);
    for (const { name } of cards) expect(name).toBeTruthy();
  });
});
