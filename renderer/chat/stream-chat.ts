import { ERRORS, type ErrorCode } from '../../shared/errors.ts';
import type { Access } from '../gateway.ts';
import { type ChatRequest, chatBody } from './chat-request.ts';
import { sseParser } from './sse.ts';
import { type ChatEvent, chatEvents, decodeHeader, type Failure, failureOf, parseJson } from './stream-events.ts';

/**
 * Sends a chat through the gateway and tells `on` what comes, in order. Failures are events too; it throws nothing, and returns
 * when the stream is over or `signal` aborted it (then without a further event).
 */
export async function streamChat(
  access: Access,
  request: ChatRequest,
  signal: AbortSignal,
  on: (event: ChatEvent) => void,
): Promise<void> {
  try {
    await stream(access, request, signal, on);
  } catch (error) {
    if (signal.aborted) return;
    on({ type: 'error', failure: { code: null, message: unreachable(access, error), hint: NOT_REACHED } });
  }
}

const NOT_REACHED = 'See the gateway on the overview; its address may be taken by another program.';

async function stream(
  access: Access,
  request: ChatRequest,
  signal: AbortSignal,
  on: (event: ChatEvent) => void,
): Promise<void> {
  const response = await fetch(`${access.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${access.token}` },
    body: JSON.stringify(chatBody(request)),
    signal,
    credentials: 'omit',
    cache: 'no-store',
  });
  if (!response.ok || !response.body) {
    on({ type: 'error', failure: withAdvice(await readFailure(response)) });
    return;
  }
  const route = response.headers.get('x-stackyard-route');
  if (route !== null && route !== 'pending') on({ type: 'route', route: decodeHeader(route) });

  const parser = sseParser();
  const reader = response.body.getReader();
  let over = false;
  const tell = (event: ChatEvent) => {
    if (event.type === 'done' || event.type === 'error') over = true;
    on(event.type === 'error' ? { ...event, failure: withAdvice(event.failure) } : event);
  };
  for (;;) {
    const { done, value } = await reader.read();
    for (const item of done ? parser.end() : parser.push(value)) chatEvents(item).forEach(tell);
    if (done) break;
  }
  if (!over) on({ type: 'error', failure: CUT });
}

const CUT: Failure = {
  code: null,
  message: 'The stream ended before the answer was complete: the engine stopped or the connection broke.',
  hint: 'Look into the engine’s log, then regenerate.',
};

async function readFailure(response: Response): Promise<Failure> {
  const body = await response.text();
  const parsed = parseJson(body);
  if (parsed !== null && typeof parsed === 'object') return failureOf(parsed);
  return {
    code: `${response.status}`,
    message: body.trim().slice(0, 500) || `HTTP ${response.status} without words.`,
    hint: null,
  };
}

/** The advice of the error table, where the answer brought none of its own. */
function withAdvice(failure: Failure): Failure {
  if (failure.hint !== null || failure.code === null || !Object.hasOwn(ERRORS, failure.code)) return failure;
  return { ...failure, hint: ERRORS[failure.code as ErrorCode].hint };
}

function unreachable(access: Access, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `The gateway at ${access.baseUrl} can’t be reached (${why}).`;
}
