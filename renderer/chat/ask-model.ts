/**
 * One answer, from sending to its last word: events of the stream become changes of the answer, at most one a frame, and none
 * while nobody can see the page.
 */
import { gatewayAccess } from '../gateway.ts';
import { gpu } from '../gpu.ts';
import { seen, whileSeen } from '../seen.ts';
import { held } from '../store.ts';
import { type Answer, apply } from './answer.ts';
import type { ChatRequest } from './chat-request.ts';
import { heldNow, memoryChange } from './memory-change.ts';
import { streamChat } from './stream-chat.ts';
import type { ChatEvent } from './stream-events.ts';

/** Text is shown at most this often, ms, however fast it comes. */
const PAINT_EVERY = 33;

/** Asks, and tells `change` what becomes of the answer until it has ended. Aborting is silent: what came stays. */
export async function askModel(
  request: ChatRequest,
  signal: AbortSignal,
  change: (step: (answer: Answer) => Answer) => void,
): Promise<void> {
  const before = holds();
  const sent = performance.now();
  const since = () => performance.now() - sent;
  let queue: { readonly event: ChatEvent; readonly at: number }[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const paint = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    const events = queue;
    queue = [];
    if (!signal.aborted && events.length > 0)
      change((answer) => events.reduce((now, { event, at }) => apply(now, event, at), answer));
  };

  const access = await gatewayAccess();
  if (signal.aborted) return;
  if (access.ok) {
    const end = whileSeen(() => {
      paint();
      return () => {
        if (timer) clearTimeout(timer);
        timer = null;
      };
    });
    await streamChat(access.value, request, signal, (event) => {
      queue.push({ event, at: since() });
      if (seen.getState().on) timer ??= setTimeout(paint, PAINT_EVERY);
    });
    end();
  } else queue.push({ event: { type: 'error', failure: access.error }, at: since() });
  paint();
  if (signal.aborted) return;
  const [total, after] = [since(), holds()];
  change((answer) => ({
    ...answer,
    metrics: { ...answer.metrics, total, memory: memoryChange(answer.metrics.route, before, after) },
  }));
}

const holds = () => heldNow(gpu.getState().sample, held.getState().snapshot?.engines ?? []);
