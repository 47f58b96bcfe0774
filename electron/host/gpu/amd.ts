/** AMD's cards on Linux: `amd-smi`, else `rocm-smi`, else the kernel's own files. */
import type { GpuDevice } from '../../../shared/gpu.ts';
import { type AmdIdentity, parseAmdMetric, parseAmdProcesses, parseAmdStatic } from '../../core/gpu/amd-smi.ts';
import { busOf, type DrmCard, deviceOfCard, isIntegrated, isReadable } from '../../core/gpu/drm-card.ts';
import { nothing, type Reading, type SeenGpuProcess } from '../../core/gpu/reading.ts';
import { parseRocm } from '../../core/gpu/rocm-smi.ts';
import { drmCards, isOnBus } from './drm.ts';
import { drmProcesses } from './drm-processes.ts';
import { findTool } from './places.ts';
import type { GpuPlaces, GpuSourceRunner } from './source.ts';
import { askTool } from './tool.ts';

const ROCM = '-i -P -t -f -u --showmemuse --showmeminfo vram gtt --showproductname --showbus --csv'.split(' ');

type Cards = { readonly gpus: readonly GpuDevice[]; readonly processes: readonly SeenGpuProcess[] };

export function amdSource(places: GpuPlaces): GpuSourceRunner {
  const { sys, proc, patienceMs } = places;
  let identities: ReadonlyMap<number, AmdIdentity> | null = null;

  async function amdSmi(file: string, integrated: ReadonlySet<string>): Promise<Cards | { reason: string }> {
    if (identities === null) {
      const told = await askTool(file, ['static', '--json'], patienceMs);
      if (!told.ok) return told;
      const listed = await askTool(file, ['list', '--json'], patienceMs);
      identities = withUuids(parseAmdStatic(told.stdout), listed.ok ? parseAmdStatic(listed.stdout) : new Map());
    }
    const told = await askTool(file, ['metric', '--json'], patienceMs);
    if (!told.ok) return told;
    const gpus = parseAmdMetric(told.stdout, identities, integrated);
    if (gpus === null) return { reason: 'it prints something else than expected' };
    // A card that came or went is another one under an old number.
    if (gpus.length !== identities.size) identities = null;
    const apps = await askTool(file, ['process', '--json'], patienceMs);
    return { gpus, processes: apps.ok ? parseAmdProcesses(apps.stdout, gpus) : [] };
  }

  async function rocmSmi(file: string, integrated: ReadonlySet<string>): Promise<Cards | { reason: string }> {
    const told = await askTool(file, ROCM, patienceMs);
    if (!told.ok) return told;
    const gpus = parseRocm(told.stdout, integrated);
    return gpus === null ? { reason: 'it prints something else than expected' } : { gpus, processes: [] };
  }

  return {
    vendor: 'amd',
    rest: () => {
      identities = null;
    },
    async look(): Promise<Reading> {
      const cards = await drmCards(sys, 'amd');
      const integrated = new Set(cards.filter(isIntegrated).flatMap((card) => busOf(card)?.toLowerCase() ?? []));
      const failures: string[] = [];
      for (const [name, ask] of [['amd-smi', amdSmi] as const, ['rocm-smi', rocmSmi] as const]) {
        const file = await findTool(name, places);
        if (file === null) continue;
        const told = await ask(file, integrated);
        if ('reason' in told) {
          identities = null;
          failures.push(`${name} fails: ${told.reason}.`);
        } else if (told.gpus.length > 0) {
          return reading(told.gpus, [...told.processes, ...(await drmProcesses(proc, told.gpus))], failures);
        }
      }
      const gpus = cards.filter(isReadable).map((card: DrmCard, index) => deviceOfCard(card, index, 'amd'));
      if (gpus.length > 0) return reading(gpus, await drmProcesses(proc, gpus), failures);
      if (failures.length > 0) return nothing('amd', 'broken', failures.join(' '));
      const there = cards.length > 0 || (await isOnBus(sys, 'amd'));
      return nothing('amd', there ? 'no_tool' : 'absent', there ? NO_TOOL : null);
    },
  };
}

/** A tool that is there and fails is told as such, also when another way still sees the cards. */
function reading(
  gpus: readonly GpuDevice[],
  processes: readonly SeenGpuProcess[],
  failures: readonly string[],
): Reading {
  const broken = failures.length > 0;
  const reason = broken ? `${failures.join(' ')} The figures come from elsewhere.` : null;
  return { vendor: 'amd', state: broken ? 'broken' : 'ok', reason, gpus, processes };
}

const withUuids = (known: ReadonlyMap<number, AmdIdentity>, listed: ReadonlyMap<number, AmdIdentity>) =>
  new Map([...known].map(([gpu, one]) => [gpu, { ...one, uuid: one.uuid ?? listed.get(gpu)?.uuid ?? null }]));

const NO_TOOL =
  'There is a card of AMD, but its driver tells nothing and there is no amd-smi: load amdgpu, or install ROCm.';
