import type { ProbeView } from '../../../shared/model.ts';
import { bare, clock, duration, UNKNOWN } from '../../format.ts';
import { State } from '../../ui/state.tsx';
import type { Said, Tone } from '../../words.ts';

const NAMES: Record<ProbeView['probe'], readonly [name: string, what: string]> = {
  ready: ['Ready', 'Whether it takes requests; asked while it comes up'],
  live: ['Alive', 'Whether it still answers; asked after a while without traffic'],
  models: ['Models', 'Which models it has'],
  loaded: ['Loaded', 'Which models are in memory'],
  version: ['Version', 'Asked once it is ready'],
};

const VERDICTS: Record<NonNullable<NonNullable<ProbeView['last']>['verdict']>, readonly [Tone, string]> = {
  ready: ['ok', 'Ready'],
  loading: ['busy', 'Loading'],
  silent: ['off', 'No answer'],
  bad: ['attention', 'Wrong answer'],
};

/** Each question with its last answer in this run. None of them wakes or loads a model. */
export function ProbeTable({ probes }: { readonly probes: readonly ProbeView[] }) {
  return (
    <table className="probes">
      <thead>
        <tr>
          <th style={{ width: 76 }}>Probe</th>
          <th>Request</th>
          <th style={{ width: 132 }}>Last answer</th>
          <th className="num" style={{ width: 64 }}>
            Took
          </th>
          <th className="num" style={{ width: 76 }}>
            At
          </th>
        </tr>
      </thead>
      <tbody>
        {probes.map(({ probe, method, url, last }) => (
          <tr key={probe}>
            <td title={NAMES[probe][1]}>{NAMES[probe][0]}</td>
            <td className="mono" title={`${method} ${url}`}>
              <span className="dim">{method}</span> {bare(url)}
            </td>
            <td title={last?.message ?? undefined}>
              {last === null ? <span className="dim">Not asked</span> : <State said={answer(last)} />}
            </td>
            <td className="num">{last === null ? UNKNOWN : duration(last.ms)}</td>
            <td className="num">{last === null ? UNKNOWN : clock(last.at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function answer({ status, verdict }: NonNullable<ProbeView['last']>): Said {
  const [tone, word] =
    verdict !== null
      ? VERDICTS[verdict]
      : status === null
        ? (['off', 'No answer'] as const)
        : status < 400
          ? (['ok', 'Answered'] as const)
          : (['attention', 'Refused'] as const);
  return { tone, word: status === null ? word : `${word}, ${status}`, progress: null };
}
