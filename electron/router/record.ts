import type { RequestClient, RequestRecord } from '../../shared/contract/router.ts';
import type { Capture } from './capture.ts';
import type { Failure } from './failure.ts';
import type { Trace } from './trace.ts';
import type { Turn } from './turn.ts';

/** What the delivery knows of the answer. */
export type Told = Pick<
  RequestRecord,
  'model' | 'route' | 'attempts' | 'status' | 'first_token_ms' | 'prompt_tokens' | 'completion_tokens' | 'estimated'
>;

export interface Story {
  readonly turn: Turn;
  readonly client: RequestClient;
  readonly asked: string | null;
  readonly stream: boolean;
  readonly told: Told;
  readonly queued: number;
  readonly outcome: RequestRecord['outcome'];
  readonly failure: Failure | null;
  readonly trace: Trace | null;
  readonly capture: Capture | null;
  /** Monotonic ms. */
  readonly now: number;
}

/** What is counted of every request that ends, whether or not its story is kept. */
export type Ended = Pick<
  RequestRecord,
  | 'path'
  | 'model'
  | 'route'
  | 'outcome'
  | 'code'
  | 'prompt_tokens'
  | 'completion_tokens'
  | 'first_token_ms'
  | 'queued_ms'
  | 'total_ms'
  | 'steps'
>;

/** A request told as one record, under way or finished. */
export function requestRecord(story: Story): RequestRecord {
  const { turn, told, trace, now } = story;
  const total = now - turn.began;
  return {
    id: turn.id,
    at: new Date(Date.now() - total).toISOString(),
    path: turn.path.slice(0, 200),
    client: story.client,
    asked: story.asked,
    ...told,
    outcome: story.outcome,
    stream: story.stream,
    queued_ms: Math.round(story.queued),
    total_ms: Math.round(total),
    tokens_per_second: speed(told, story.stream, total),
    code: story.failure?.code ?? null,
    message: story.failure?.message ?? null,
    steps: trace?.steps ?? [],
    more_steps: trace?.left ?? 0,
    captured: story.capture?.read(story.outcome) ?? null,
  };
}

/** The record of a request that reached no target because it was refused before. */
export const NOTHING_TOLD: Told = {
  model: null,
  route: null,
  attempts: 0,
  status: null,
  first_token_ms: null,
  prompt_tokens: null,
  completion_tokens: null,
  estimated: false,
};

/** Who a request comes from, as far as it tells. */
export function clientOf({ req }: Turn, key: { readonly name: string } | null): RequestClient {
  return {
    key: key?.name ?? null,
    program: req.headers['user-agent']?.slice(0, 120) ?? null,
    address: req.socket.remoteAddress ?? null,
  };
}

/** From the first token to the last; too short a time tells nothing. */
function speed(told: Told, stream: boolean, total: number): number | null {
  if (!stream || told.completion_tokens === null || told.first_token_ms === null) return null;
  const ms = total - told.first_token_ms;
  return ms < 20 ? null : Math.round((told.completion_tokens / ms) * 10_000) / 10;
}
