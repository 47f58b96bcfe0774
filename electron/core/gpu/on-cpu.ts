/** Engines that say they work on a graphics card while no card holds anything of theirs. */
import type { GpuSample, GpuWarning } from '../../../shared/gpu.ts';

/** An engine with a model in memory that says it works on a card, and what says so: `-ngl 99`. */
export interface GpuClaim {
  readonly engine: string;
  readonly says: string;
}

/**
 * Memory of a card that no listed process accounts for may be that very engine's, from inside a container for example; a desktop
 * alone takes less than this, bytes.
 */
const UNTOLD = 1.5 * 1024 ** 3;

/** A finding only where the measurement is whole: every card's processes are told, and next to nothing is left over. */
export function onCpu(
  claims: readonly GpuClaim[],
  { gpus, processes, sources }: Pick<GpuSample, 'gpus' | 'processes' | 'sources'>,
): GpuWarning[] {
  if (claims.length === 0 || gpus.length === 0) return [];
  const whole = gpus.every((gpu) => {
    // Nobody tells the processes of Apple's, and shared memory is not told apart.
    if (gpu.vendor === 'apple' || gpu.unified || gpu.memory_used === null) return false;
    const source = sources.find(({ vendor }) => vendor === gpu.vendor);
    if (source?.state !== 'ok' || source.reason !== null) return false;
    const mine = processes.filter((one) => one.gpu === gpu.uuid);
    const told = mine.reduce((sum, { memory }) => sum + (memory ?? 0), 0);
    return gpu.memory_used - told < UNTOLD && mine.every(({ memory }) => memory !== null);
  });
  if (!whole) return [];
  const holders = new Set(processes.flatMap(({ engine, survivor }) => (engine === null || survivor ? [] : [engine])));
  return claims
    .filter(({ engine }) => !holders.has(engine))
    .map(({ engine, says }) => ({
      gpu: null,
      engine,
      kind: 'on_cpu',
      message: `${engine} should work on a graphics card (\`${says}\`), but none holds memory of it: it works on the processor. Its log says which devices it found.`,
    }));
}
