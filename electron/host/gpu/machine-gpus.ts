/** The monitor of this machine's cards, with or without a host around it. */
import type { GpuClaim } from '../../core/gpu/on-cpu.ts';
import { type EngineNow, owned, type Remembered } from '../../core/gpu/ownership.ts';
import { GpuMonitor, type MonitorTimes } from './gpu-monitor.ts';
import { createLineage } from './lineage.ts';
import { thisMachine } from './places.ts';
import type { GpuPlaces } from './source.ts';
import { gpuSources } from './sources.ts';

export interface MachineGpus {
  readonly env: GpuPlaces['env'];
  /** Marks what this host starts; `null` without a host. */
  readonly instance?: string | null;
  readonly engines?: () => readonly EngineNow[];
  /** Those that say they work on a card. */
  readonly claims?: () => readonly GpuClaim[];
  readonly places?: Partial<GpuPlaces>;
  readonly times?: Partial<MonitorTimes>;
}

/** Looks at nothing until it is asked, watched, or given settings. */
export function machineGpus({
  env,
  instance = null,
  engines = () => [],
  claims = () => [],
  places,
  times = {},
}: MachineGpus): GpuMonitor {
  const lineage = createLineage(instance);
  let remembered: Remembered = new Map();
  return new GpuMonitor({
    sources: gpuSources({ ...thisMachine(env), ...places }),
    claims,
    times,
    async identify(seen) {
      const facts = await lineage(seen.map(({ pid }) => pid));
      const known = owned(seen, facts, engines(), remembered);
      remembered = known.remembered;
      return known.processes;
    },
  });
}
