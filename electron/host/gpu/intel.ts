/** Intel's cards on Linux: `xpu-smi`, else what the kernel tells of their clients. */
import { deviceOfCard } from '../../core/gpu/drm-card.ts';
import { nothing, type Reading } from '../../core/gpu/reading.ts';
import { parseXpuDiscovery, withXpuStats } from '../../core/gpu/xpu-smi.ts';
import { drmCards, isOnBus } from './drm.ts';
import { drmProcesses } from './drm-processes.ts';
import { findTool } from './places.ts';
import type { GpuPlaces, GpuSourceRunner } from './source.ts';
import { askTool } from './tool.ts';

export function intelSource(places: GpuPlaces): GpuSourceRunner {
  const { sys, proc, patienceMs } = places;

  async function xpuSmi(file: string): Promise<Reading> {
    const told = await askTool(file, ['discovery', '--json'], patienceMs);
    if (!told.ok) return nothing('intel', 'broken', `xpu-smi fails: ${told.reason}.`);
    const known = parseXpuDiscovery(told.stdout);
    if (known === null) return nothing('intel', 'broken', 'xpu-smi prints something else than expected.');
    const gpus = await Promise.all(
      known.map(async (gpu) => {
        const stats = await askTool(file, ['stats', '-d', String(gpu.index), '--json'], patienceMs);
        return stats.ok ? withXpuStats(gpu, stats.stdout) : gpu;
      }),
    );
    return { vendor: 'intel', state: 'ok', reason: null, gpus, processes: await drmProcesses(proc, gpus) };
  }

  async function kernel(): Promise<Reading> {
    const cards = await drmCards(sys, 'intel');
    if (cards.length === 0) {
      const there = await isOnBus(sys, 'intel');
      return nothing('intel', there ? 'no_tool' : 'absent', there ? NO_TOOL : null);
    }
    const gpus = cards.map((card, index) => deviceOfCard(card, index, 'intel'));
    const processes = await drmProcesses(proc, gpus);
    // What nobody tells of the whole card is at least what the processes that we may see hold of it.
    const held = (uuid: string): number | null => {
      const amounts = processes.filter((one) => one.gpu === uuid).flatMap((one) => one.memory ?? []);
      return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0);
    };
    const shown = gpus.map((gpu) => ({ ...gpu, memory_used: gpu.memory_used ?? held(gpu.uuid) }));
    return { vendor: 'intel', state: 'ok', reason: null, gpus: shown, processes };
  }

  return {
    vendor: 'intel',
    rest: () => {},
    async look() {
      const file = await findTool('xpu-smi', places);
      if (file === null) return kernel();
      const told = await xpuSmi(file);
      // It knows the data center and Arc cards alone; graphics of the processor it leaves out.
      return told.state === 'ok' && told.gpus.length === 0 ? kernel() : told;
    },
  };
}

const NO_TOOL = 'There is a card of Intel, but no driver that tells of it: load i915 or xe.';
