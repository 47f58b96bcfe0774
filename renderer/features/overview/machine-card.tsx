import { bytes, UNKNOWN } from '../../format.ts';
import { useSystem } from '../../system.ts';
import { machineRows } from './machine-rows.ts';

/** The machine under it all: processor, memory, swap, and room for models. */
export function MachineCard() {
  const sample = useSystem((one) => one);
  const rows = machineRows(sample);
  return (
    <section aria-labelledby="overview-machine">
      <div className="section-head">
        <h2 id="overview-machine">Machine</h2>
        {sample?.on_battery && <span className="dim">on battery, looked at less often</span>}
      </div>
      <dl className="card machine-card">
        {rows.map(({ name, used, total, share, title }) => (
          <div key={name} title={title}>
            <dt>{name}</dt>
            <dd className="machine-track" aria-hidden="true">
              <span style={{ width: `${100 * (share ?? 0)}%` }} />
            </dd>
            <dd className="figure">
              {used === null ? UNKNOWN : typeof used === 'string' ? used : bytes(used)}
              <span className="dim"> {total}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
