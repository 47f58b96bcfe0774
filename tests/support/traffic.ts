/** Clients that stream through the gateway, one request after the other, while a test does its worst. */
import { setTimeout as wait } from 'node:timers/promises';

/** How one request ended. `cut` and `hung` are what a gateway may never do to a client. */
export interface Ending {
  readonly model: string;
  /** `answered` to its `[DONE]` · `refused` with an error body · `broken` by an error event · `cut` without a word · `hung`. */
  readonly how: 'answered' | 'refused' | 'broken' | 'cut' | 'hung';
  readonly status: number | null;
  /** Of the error, ours or the engine's. */
  readonly code: string | null;
  /** `ENGINE/MODEL` of the target that answered. */
  readonly route: string | null;
}

export interface Traffic {
  /** Of the requests that are over, in the order in which they ended. */
  readonly endings: readonly Ending[];
  /** Requests that have got a first byte of an answer and not their last. */
  readonly streaming: () => number;
  /** No new requests; resolves when each of those under way has ended. */
  stop(): Promise<readonly Ending[]>;
}

export interface Asking {
  /** How long the answer is to be at most. llama-server makes it as long. */
  readonly tokens?: number;
  /** A request without an end after this long hangs; to be far above any limit that the test's config sets. */
  readonly patience?: number;
}

/** Keeps `clients` requests for each of the models under way until it is stopped. */
export function startTraffic(
  gateway: string,
  models: readonly string[],
  { clients = 2, ...asking }: Asking & { clients?: number } = {},
): Traffic {
  const endings: Ending[] = [];
  let streaming = 0;
  let on = true;
  const client = async (model: string) => {
    while (on) {
      const ending = await send(gateway, model, asking, (change) => {
        streaming += change;
      });
      endings.push(ending);
      // A refusal comes at once: asking again as fast would only heat the machine.
      if (ending.how !== 'answered') await wait(20);
    }
  };
  const all = models.flatMap((model) => Array.from({ length: clients }, () => client(model)));
  return {
    endings,
    streaming: () => streaming,
    stop: async () => {
      on = false;
      await Promise.all(all);
      return endings;
    },
  };
}

/** One streamed chat request and how it ended. Never throws. */
export async function send(
  gateway: string,
  model: string,
  { tokens = 60, patience: limit = 120_000 }: Asking = {},
  streams: (change: 1 | -1) => void = () => {},
): Promise<Ending> {
  const patience = AbortSignal.timeout(limit);
  let status: number | null = null;
  let route: string | null = null;
  let began = false;
  const ended = (how: Ending['how'], code: string | null = null): Ending => ({ model, how, status, code, route });
  try {
    const answer = await fetch(`${gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        stream: true,
        // llama-server's own: the answer goes on to `max_tokens`.
        ignore_eos: true,
        max_tokens: tokens,
        messages: [{ role: 'user', content: 'Hi' }],
      }),
      signal: patience,
    });
    status = answer.status;
    route = answer.headers.get('x-stackyard-route');
    if (!answer.ok) return ended('refused', codeOf(await answer.text()));
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of answer.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      // Headers that left early say `pending`; who answered then comes as a comment.
      route = /^: stackyard route=(\S+)/m.exec(text)?.[1] ?? route;
      if (!began && /^data: /m.test(text)) {
        began = true;
        streams(1);
      }
    }
    if (text.includes('data: [DONE]')) return ended('answered');
    const last = text.trimEnd().split('\n').at(-1) ?? '';
    const code = last.startsWith('data: ') ? codeOf(last.slice(6)) : null;
    return code === null ? ended('cut') : ended('broken', code);
  } catch {
    return ended(patience.aborted ? 'hung' : 'cut');
  } finally {
    if (began) streams(-1);
  }
}

/** How many requests ended in each way: `{ answered: 41, 'broken upstream_error': 3 }`. */
export function tally(endings: readonly Ending[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { how, code } of endings) {
    const key = code === null ? how : `${how} ${code}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function codeOf(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; type?: unknown } };
    return error === undefined ? null : String(error.code ?? error.type ?? 'error');
  } catch {
    return null;
  }
}
