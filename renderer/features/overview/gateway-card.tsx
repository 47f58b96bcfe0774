import { KeyRound } from 'lucide-react';
import { count } from '../../format.ts';
import { gatewayState } from '../../gateway.ts';
import { useStack } from '../../store.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { State } from '../../ui/state.tsx';

/** The one address that apps use, and what goes on behind it now. */
export function GatewayCard() {
  const gateway = useStack((s) => s.gateway);
  const base = gateway.url === null ? null : `${gateway.url}/v1`;
  return (
    <section className="card gate" aria-label="Gateway">
      <div>
        <div className="line apart">
          <span className="medium quiet small-text">Gateway</span>
          <State said={gatewayState(gateway)} />
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
        <p className="metric-note">Base URL for every app that speaks OpenAI</p>
      </div>
      <Metric label="In flight" value={count(gateway.in_flight)} note="requests being answered" />
      <Metric label="Waiting" value={count(gateway.waiting)} note="for an engine to be ready" />
      <div>
        <div className="metric-label">Access</div>
        <div className="line" style={{ marginTop: 8 }}>
          <KeyRound className="icon small dim" aria-hidden="true" />
          {gateway.keys ? 'API key needed' : 'No key needed'}
        </div>
        <p className="metric-note">
          {gateway.keys ? 'One of gateway.api_keys' : isLoopback(gateway.url) ? 'Only this machine can connect' : ''}
        </p>
      </div>
    </section>
  );
}

function Metric({ label, value, note }: { readonly label: string; readonly value: string; readonly note: string }) {
  return (
    <div>
      <div className="metric-label">{label}</div>
      <div className="metric-value">{value}</div>
      <p className="metric-note cut">{note}</p>
    </div>
  );
}

const isLoopback = (url: string | null): boolean => url !== null && /^http:\/\/(127\.|localhost|\[::1\])/.test(url);
