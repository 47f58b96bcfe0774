import { bytes } from './format.ts';
import { useGpu } from './gpu.ts';
import { cardName, shares } from './gpu-memory.ts';
import { useEngineNames } from './store.ts';
import { MemoryBar } from './ui/memory-bar.tsx';

/** At most so many cards; the overview has them all. */
const MOST = 2;

/** The cards' memory at the foot of the sidebar. Nothing where there is no card. */
export function GpuFoot() {
  const cards = useGpu((sample) => sample?.gpus ?? NONE);
  const processes = useGpu((sample) => sample?.processes ?? NONE);
  const names = useEngineNames();
  return cards.slice(0, MOST).map((card) => (
    <div key={card.uuid} className="foot-gate" title={cardName(card)}>
      <div className="line apart small-text">
        <span className="medium cut">{cards.length === 1 ? 'GPU' : `GPU ${card.index}`}</span>
        <span className="dim">
          {bytes(card.memory_used)} / {bytes(card.memory_total)}
        </span>
      </div>
      <MemoryBar card={card} parts={shares(card, processes, names)} thin />
    </div>
  ));
}

const NONE: readonly never[] = [];
