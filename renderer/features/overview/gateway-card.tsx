import { KeyRound } from 'lucide-react';
import { count, percent, rate, uptime } from '../../format.ts';
import { gatewayState } from '../../gateway.ts';
import { useStack } from '../../store.ts';
import { useTraffic } from '../../traffic.ts';
import { useClock } from '../../ui/clock.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { State } from '../../ui/state.tsx';

/** The one address that apps use, and what goes on behind it now. */
export function GatewayCard() {
  const gateway = useStack((s) => s.gateway);
  const started = useStack((s) => s.host.started);
  const base = gateway.url === null ? null : `${gateway.url}/v1`;
  const { in_flight, waiting } = gateway;
  return (
    <section className="card gate" aria-label="Gateway">
      <div>
        <div className="line apart">
          <span className="medium quiet small-text">Gateway</span>
          <span className="line">
            <Uptime since={started} />
            <State said={gatewayState(gateway)} />
          </span>
        </div>
        <div className="gate-url">
          {base === null ? (
            <span className="dim">No address yet</span>
          ) : (
            <>
              <span className="mono cut">{base}</span>
              <CopyButton text={base} what="base URL" />
            </>
          )}
        </div>
        <p className="metric-note line">
          <KeyRound className="icon small dim" aria-hidden="true" />
          {gateway.keys ? 'Needs one of gateway.api_keys' : 'No key needed'}
          {!gateway.keys && isLoopback(gateway.url) && ', only this machine can connect'}
        </p>
      </div>
      <Rate />
      <Metric label="In flight" value={count(in_flight)} note={waiting === 0 ? 'none waits' : `${waiting} waiting`} />
      <Errors />
    </section>
  );
}

function Uptime({ since }: { readonly since: string }) {
  const now = useClock();
  return <span className="dim small-text">{uptime(now - Date.parse(since))}</span>;
}

function Rate() {
  const perSecond = useTraffic(({ traffic }) => traffic?.per_second ?? null);
  return <Metric label="Requests a second" value={rate(perSecond)} note="over the last minute" />;
}

/** Their share of what ended; of nothing there is none. */
function Errors() {
  const ended = useTraffic(({ traffic }) => traffic?.ended ?? null);
  const failed = useTraffic(({ traffic }) => traffic?.failed ?? 0);
  const share = ended === null || ended === 0 ? null : failed / ended;
  const note =
    ended === null ? '' : ended === 0 ? 'no request in 5 min' : `${count(failed)} of ${count(ended)} in 5 min`;
  return (
    <Metric
      label="Failed"
      value={share !== null && share > 0 && share < 0.005 ? '< 1\u00a0%' : percent(share)}
      note={note}
      bad={failed > 0}
    />
  );
}

interface MetricProps {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly bad?: boolean;
}

function Metric({ label, value, note, bad = false }: MetricProps) {
  return (
    <div>
      <div className="metric-label">{label}</div>
      <div className={bad ? 'metric-value bad' : 'metric-value'}>{value}</div>
      <p className="metric-note cut" title={note}>
        {note}
      </p>
    </div>
  );
}

const isLoopback = (url: string | null): boolean => url !== null && /^http:\/\/(127\.|localhost|\[::1\])/.test(url);
