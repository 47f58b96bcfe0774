import type { Host } from '../host/host.ts';
import { causeWords } from './words.ts';

/**
 * Writes `gateway listening on http://HOST:PORT` to `out` as soon as that is so, again when the address changed, and says why
 * when it can't be so. What it gives ends that.
 */
export function tellGateway(
  host: Pick<Host, 'subscribe'>,
  out: (text: string) => void,
  say: (sentence: string) => void,
): () => void {
  let address: string | null = null;
  let trouble: string | null = null;
  return host.subscribe({
    id: 'serve',
    from: 'cli',
    onGone: () => {},
    emit(event, payload) {
      if (event !== 'snapshot' || !('gateway' in payload)) return;
      const { phase, url, cause } = payload.gateway;
      if (phase === 'ready' && url !== null && url !== address) {
        address = url;
        out(`gateway listening on ${url}\n`);
      }
      const words = phase === 'failed' && cause !== null ? causeWords(cause) : null;
      if (words !== null && words !== trouble) say(words);
      trouble = words;
    },
  });
}
