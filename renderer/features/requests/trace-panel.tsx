import { Ban, Copy, RotateCcw, X } from 'lucide-react';
import { useMemo } from 'react';
import type { RequestRecord } from '../../../shared/contract/router.ts';
import { attempt, copy } from '../../actions.ts';
import { replay } from '../../chat/chat-store.ts';
import { replayOf } from '../../chat/replay.ts';
import { clock, duration } from '../../format.ts';
import { hrefOf } from '../../route.ts';
import { useStack } from '../../store.ts';
import { Button, classes, IconButton } from '../../ui/button.tsx';
import { State } from '../../ui/state.tsx';
import { asCurl } from './as-curl.ts';
import { clientName, requestState } from './request-list.ts';
import { timeParts } from './time-parts.ts';
import { traceLines } from './trace-steps.ts';

interface Props {
  readonly record: RequestRecord;
  readonly onClose: () => void;
}

/** One request: what can be done with it, where its time went, and every step of its way. */
export function TracePanel({ record, onClose }: Props) {
  const gateway = useStack((s) => s.gateway.url);
  const client = clientName(record);
  return (
    <aside className="inspector trace scroll" aria-label={`Request for ${record.asked ?? 'no model'}`} tabIndex={-1}>
      <div>
        <div className="line">
          <h2>{record.asked ?? 'No model'}</h2>
          <IconButton name="Close" size="little" onClick={onClose}>
            <X className="icon small" aria-hidden="true" />
          </IconButton>
        </div>
        <p className="dim small-text">
          <span className="mono">{record.id.slice(0, 8)}</span> {client !== null && `from ${client}, `}
          {clock(record.at)}
        </p>
        <State said={requestState(record)} pill />
      </div>
      <div className="line">
        {record.outcome === null && (
          <Button onClick={() => void attempt(record.id, 'request.cancel', { id: record.id })}>
            <Ban className="icon small" aria-hidden="true" />
            Cancel
          </Button>
        )}
        <Replay record={record} />
        {record.captured !== null && gateway !== null && (
          <Button onClick={() => void copy(asCurl(gateway, record), 'curl command')}>
            <Copy className="icon small" aria-hidden="true" />
            Copy as curl
          </Button>
        )}
        <Button onClick={() => void copy(record.id, 'request id')}>
          <Copy className="icon small" aria-hidden="true" />
          Copy id
        </Button>
      </div>
      <TimeBars record={record} />
      <section>
        <h3>Steps</h3>
        <ol className="steps">
          {traceLines(record).map((line) => (
            <li key={line.key} className="target">
              <State said={{ tone: line.tone, word: line.title, progress: null }} glyphOnly />
              <div>
                <span className="medium">{line.title}</span>
                {line.more !== '' && <p>{line.more}</p>}
              </div>
              <span className="dim small-text num">{duration(line.at)}</span>
            </li>
          ))}
        </ol>
      </section>
      {record.captured !== null ? (
        <Captured captured={record.captured} />
      ) : (
        record.outcome !== null && (
          <p className="dim small-text">
            Its bodies were not kept, so it can’t be replayed or copied as curl: see{' '}
            <a href={hrefOf({ page: 'config', engine: null, part: 'gateway' })}>Capture</a> in the settings.
          </p>
        )
      )}
    </aside>
  );
}

/** Asks the same again in the playground; only where the request was kept whole and is a chat. */
function Replay({ record: { captured, asked } }: Pick<Props, 'record'>) {
  const again = useMemo(
    () => (captured === null || asked === null ? null : replayOf(captured.request, asked)),
    [captured, asked],
  );
  if (again === null || asked === null) return null;
  return (
    <Button onClick={() => void replay(again, asked)}>
      <RotateCcw className="icon small" aria-hidden="true" />
      Replay
    </Button>
  );
}

function TimeBars({ record }: { readonly record: RequestRecord }) {
  const parts = timeParts(record);
  const all = Math.max(1, record.total_ms);
  if (parts.length === 0) return null;
  return (
    <section>
      <h3>Where the {duration(record.total_ms)} went</h3>
      <table className="bars">
        <tbody>
          {parts.map((part) => (
            <tr key={`${part.label} ${part.from}`}>
              <th scope="row" className="cut" title={part.label}>
                {part.label}
              </th>
              <td className="track">
                <span
                  className={classes('bar', part.tone)}
                  style={{
                    left: `${(part.from / all) * 100}%`,
                    width: `max(2px, ${(part.ms / all) * 100}%)`,
                  }}
                />
              </td>
              <td className="num">{duration(part.ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Captured({ captured }: { readonly captured: NonNullable<RequestRecord['captured']> }) {
  return (
    <section>
      <h3>Kept by gateway.capture{captured.cut ? ', cut off where it is long' : ''}</h3>
      <details>
        <summary>What was asked</summary>
        <pre className="mono kept">{captured.request}</pre>
      </details>
      <details>
        <summary>What the engine answered</summary>
        <pre className="mono kept">{captured.answer}</pre>
      </details>
    </section>
  );
}
