/** The gateway's state in words, and the one place where a request finds its address and token. */
import type { Cause, GatewayPhase, GatewayView } from '../shared/model.ts';
import { bridge } from './bridge.ts';
import type { Said, Tone } from './words.ts';

const WORDS: Record<GatewayPhase, readonly [Tone, string]> = {
  stopped: ['off', 'Off'],
  starting: ['busy', 'Starting'],
  ready: ['ok', 'On'],
  failed: ['failed', 'Failed'],
};

export function gatewayState(gateway: Pick<GatewayView, 'phase'>): Said {
  const [tone, word] = WORDS[gateway.phase];
  return { tone, word, progress: null };
}

export interface Access {
  /** OpenAI base, to which `/chat/completions` is appended. */
  readonly baseUrl: string;
  readonly token: string;
}

/** Where requests from this window go and with which per-launch token. Asked anew each time: both change with the host. */
export async function gatewayAccess(): Promise<
  { readonly ok: true; readonly value: Access } | { readonly ok: false; readonly error: Cause }
> {
  const reply = await bridge().call('gateway.access', {});
  if (!reply.ok) return reply;
  return { ok: true, value: { baseUrl: reply.value.base_url.replace(/\/$/, ''), token: reply.value.token } };
}
