import { useState } from 'react';
import type { GpuDevice } from '../../../shared/gpu.ts';
import { unseenGpus } from '../../../shared/gpu-words.ts';
import { bytes, UNKNOWN } from '../../format.ts';
import { useGpu } from '../../gpu.ts';
import { cardName, otherNames, shares } from '../../gpu-memory.ts';
import { useEngineNames } from '../../store.ts';
import { MemoryBar } from '../../ui/memory-bar.tsx';
import { Prose } from '../../ui/prose.tsx';
import { GpuHistory } from './gpu-history.tsx';
import { GpuSpark } from './gpu-spark.tsx';

/** Every graphics card: who holds its memory, and how hard it works. */
export function GpuCards() {
  const cards = useGpu((sample) => sample?.gpus ?? NONE);
  const sources = useGpu((sample) => sample?.sources ?? null);
  const unseen = sources === null ? [] : unseenGpus({ gpus: cards, sources });
  return (
    <section aria-labelledby="overview-gpu">
      <div className="section-head">
        <h2 id="overview-gpu">GPU memory</h2>
        {cards.length > 0 && <span className="dim">by owner</span>}
      </div>
      <div className="gpu-cards">
        {cards.map((card) => (
          <GpuCard key={card.uuid} card={card} alone={cards.length === 1} />
        ))}
        {unseen.map(({ vendor, title, text }) => (
          <article key={vendor} className="card gpu-unseen">
            <h3>{title}</h3>
            <p>
              <Prose text={text} />
            </p>
          </article>
        ))}
        {sources === null && <p className="dim measure">Not looked at yet.</p>}
      </div>
    </section>
  );
}

function GpuCard({ card, alone }: { readonly card: GpuDevice; readonly alone: boolean }) {
  const processes = useGpu((sample) => sample?.processes ?? NONE);
  const parts = shares(card, processes, useEngineNames());
  const others = otherNames(card, processes);
  const [open, setOpen] = useState(false);
  return (
    <article className="card gpu-card">
      <div className="line apart">
        <h3 className="cut">
          {cardName(card)} {!alone && card.name !== null && <span className="dim small-text">GPU {card.index}</span>}
        </h3>
        <span className="dim small-text">
          {bytes(card.memory_used)} of {bytes(card.memory_total)}
          {card.unified ? ', shared' : ''}
        </span>
      </div>
      <MemoryBar card={card} parts={parts} />
      {parts.length > 0 && (
        <ul className="gpu-owners">
          {parts.map((one) => (
            <li key={one.key}>
              <span className={`own own-${one.colour ?? 'other'}${one.left ? ' left' : ''}`} aria-hidden="true" />
              <span className="cut" title={one.colour === null ? others : undefined}>
                {one.name}
                {one.colour === null && others !== '' && <span className="dim"> {others}</span>}
              </span>
              <span className="dim figure">{bytes(one.bytes)}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="gpu-figures">
        <span>
          <b>{rounded(card.utilization, '%')}</b> busy
        </span>
        <span>
          <b>{rounded(card.temperature, '°C')}</b>
          {card.temperature === null && ' temperature'}
        </span>
        <span>
          <b>{rounded(card.power, 'W')}</b>
          {card.power === null && ' power'}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="spark-button"
          aria-label={`History of ${cardName(card)}`}
          title="History: the last hour and the last week"
          onClick={() => setOpen(true)}
        >
          <GpuSpark card={card} />
        </button>
      </p>
      {open && <GpuHistory card={card} onClose={() => setOpen(false)} />}
    </article>
  );
}

const rounded = (value: number | null, unit: string): string =>
  value === null ? UNKNOWN : `${Math.round(value)}\u00a0${unit}`;

const NONE: readonly never[] = [];
