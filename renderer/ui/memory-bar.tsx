import type { GpuDevice } from '../../shared/gpu.ts';
import { bytes } from '../format.ts';
import type { Share } from '../gpu-memory.ts';

/** The memory of a card as one bar, a piece for each owner. Says in words what it shows. */
export function MemoryBar({
  card,
  parts,
  thin = false,
}: {
  card: GpuDevice;
  parts: readonly Share[];
  thin?: boolean;
}) {
  const used = parts.reduce((sum, one) => sum + one.bytes, 0);
  const whole = Math.max(card.memory_total ?? 0, used, 1);
  const words = parts.map((one) => `${one.name} ${bytes(one.bytes)}`).join(', ') || 'nothing';
  return (
    <div className={`memory-bar${thin ? ' thin' : ''}`} role="img" aria-label={`GPU memory: ${words}`}>
      {parts.map((one) => (
        <span
          key={one.key}
          className={`own own-${one.colour ?? 'other'}${one.left ? ' left' : ''}`}
          style={{ width: `${(100 * one.bytes) / whole}%` }}
        />
      ))}
    </div>
  );
}
