import type { Host } from '../host/host.ts';

/**
 * Writes `ui at ADDRESS` to `out` once the page is served and the gateway's line is out, or can't come for now. Call it after
 * `tellGateway`. What it gives ends that.
 */
export function tellUi(host: Pick<Host, 'subscribe' | 'onUi'>, out: (text: string) => void): () => void {
  let address: string | null = null;
  let settled = false;
  const tell = (): void => {
    if (address === null || !settled) return;
    out(`ui at ${address}\n`);
    address = null;
  };
  const offUi = host.onUi((at) => {
    address = at;
    tell();
  });
  const offSnapshot = host.subscribe({
    id: 'serve-ui',
    from: 'cli',
    onGone: () => {},
    emit(event, payload) {
      if (event !== 'snapshot' || !('gateway' in payload)) return;
      settled = payload.gateway.phase === 'ready' || payload.gateway.phase === 'failed';
      tell();
    },
  });
  return () => {
    offUi();
    offSnapshot();
  };
}
