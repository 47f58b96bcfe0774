/** Asks one server for one model as a client would: its list, an answer in one piece, and one in pieces. */
import { performance } from 'node:perf_hooks';
import { Agent, request } from 'undici';
import { connectionTrouble } from '../../../shared/connection-words.ts';
import type { WayProof } from '../../../shared/contract/verify.ts';
import { ERRORS, type ErrorCode, StackyardError, toCause } from '../../../shared/errors.ts';
import type { Cause, Protocol } from '../../../shared/model.ts';
import { speedOf } from '../../core/verify-verdict.ts';
import { lineReader } from '../control-lines.ts';

export interface Question {
  /** `http://127.0.0.1:9931/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Who is asked, for messages: `llama`, `The gateway`. */
  readonly who: string;
  readonly model: string;
  readonly speaks: readonly Protocol[];
  /** More headers, made anew for each request. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  /** Names that it goes by in the list. */
  readonly isListed: (ids: readonly string[]) => boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type Proof = Pick<
  WayProof,
  'by' | 'listed' | 'usage' | 'answered_by' | 'first_token_ms' | 'tokens_per_second' | 'total_ms'
> & { readonly cause: Cause | null; readonly status: number | null };

/** Few, so that a large model does not work long for a proof. */
const TOKENS = 8;
const PROMPT = 'Say hello.';
const MOST_BYTES = 4 * 1024 * 1024;

/** Never throws but for `signal`; what is wrong comes back as `cause`. */
export async function prove(question: Question): Promise<Proof> {
  // A connection of its own for each request: some servers close kept ones without a word.
  const agent = new Agent({ pipelining: 0, connect: { timeout: 5_000 } });
  try {
    const listed = await readList(question, agent);
    const by = wayOf(question.speaks);
    if (by === null) {
      const message = `${question.who} speaks nothing that can be proved (chat, completions, embeddings).`;
      return { ...NOTHING, listed, cause: { code: 'not_supported_by_engine', message, hint: null } };
    }
    const whole = await askWhole(question, by, agent);
    if (by !== 'embedding' && whole.cause !== null && isNoChat(whole)) {
      const embedded = await askWhole(question, 'embedding', agent);
      if (embedded.cause === null) return { ...embedded, listed };
    }
    if (whole.cause !== null || by === 'embedding') return { ...whole, listed };
    const stream = await askStream(question, by, agent);
    return { ...whole, ...stream, listed };
  } finally {
    await agent.destroy();
  }
}

/** A way that was not asked: all of it unknown. */
export const NOTHING: Proof = {
  by: null,
  listed: null,
  usage: null,
  answered_by: null,
  first_token_ms: null,
  tokens_per_second: null,
  total_ms: null,
  cause: null,
  status: null,
};

type By = NonNullable<WayProof['by']>;

const wayOf = (speaks: readonly Protocol[]): By | null =>
  speaks.includes('chat')
    ? 'chat'
    : speaks.includes('completions')
      ? 'completion'
      : speaks.includes('embeddings')
        ? 'embedding'
        : null;

const PATHS = { chat: '/chat/completions', completion: '/completions', embedding: '/embeddings' } as const;

function bodyOf({ model }: Question, by: By, stream: boolean): object {
  if (by === 'embedding') return { model, input: PROMPT };
  const prompt = by === 'chat' ? { messages: [{ role: 'user', content: PROMPT }] } : { prompt: PROMPT };
  const how = stream ? { stream, stream_options: { include_usage: true } } : {};
  return { model, ...prompt, max_tokens: TOKENS, ...how };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

async function send(question: Question, agent: Agent, path: string, body: object | null): Promise<Reply> {
  const { baseUrl, apiKey, timeoutMs, signal } = question;
  const {
    statusCode,
    headers,
    body: stream,
  } = await request(`${baseUrl}${path}`, {
    method: body === null ? 'GET' : 'POST',
    dispatcher: agent,
    headers: {
      'user-agent': 'Stackyard verify',
      accept: 'application/json, text/event-stream',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(body === null ? {} : await question.headers()),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  return { status: statusCode, headers, body: stream };
}

async function text({ body }: Reply): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('The answer is far too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `null` when it has no list that could be read: not every server has one. */
async function readList(question: Question, agent: Agent): Promise<boolean | null> {
  try {
    const reply = await send(question, agent, '/models', null);
    const { data } = (parse(await text(reply)) ?? {}) as { data?: unknown };
    if (reply.status !== 200 || !Array.isArray(data)) return null;
    return question.isListed(data.flatMap(({ id }: { id?: unknown }) => (typeof id === 'string' ? [id] : [])));
  } catch {
    question.signal.throwIfAborted();
    return null;
  }
}

async function askWhole(question: Question, by: By, agent: Agent): Promise<Proof> {
  const began = performance.now();
  try {
    const reply = await send(question, agent, PATHS[by], bodyOf(question, by, false));
    const said = await text(reply);
    const told: Proof = {
      ...NOTHING,
      by,
      status: reply.status,
      answered_by: routeOf(reply),
      total_ms: performance.now() - began,
    };
    if (reply.status !== 200) return { ...told, cause: refusal(question, reply.status, said) };
    const json = (parse(said) ?? {}) as Answer;
    const items = by === 'embedding' ? json.data : json.choices;
    if (!Array.isArray(items) || items.length === 0) {
      return { ...told, cause: odd(question, `answered with something that is no ${by}`) };
    }
    if (by === 'embedding' && !Array.isArray((items[0] as { embedding?: unknown }).embedding)) {
      return { ...told, cause: odd(question, 'answered without an embedding') };
    }
    const count = by === 'embedding' ? json.usage?.prompt_tokens : json.usage?.completion_tokens;
    const usage = typeof count === 'number';
    return { ...told, usage, cause: usage ? null : odd(question, 'does not say how many tokens the answer took') };
  } catch (error) {
    question.signal.throwIfAborted();
    return { ...NOTHING, by, cause: noAnswer(question, error) };
  }
}

interface Answer {
  readonly choices?: unknown;
  readonly data?: unknown;
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown } | null;
}

async function askStream(
  question: Question,
  by: 'chat' | 'completion',
  agent: Agent,
): Promise<Partial<Proof> & Pick<Proof, 'cause'>> {
  const began = performance.now();
  try {
    const reply = await send(question, agent, PATHS[by], bodyOf(question, by, true));
    if (reply.status !== 200) {
      const cause = refusal(question, reply.status, await text(reply));
      return { status: reply.status, cause: { ...cause, message: `With \`stream\`: ${cause.message}` } };
    }
    const seen = createWatch(began);
    const reader = lineReader(MOST_BYTES, seen.line, () => seen.fail('sent an endless line'));
    for await (const chunk of reply.body) reader.push(chunk);
    const failure = seen.failure();
    return {
      ...(failure === null ? {} : { status: reply.status }),
      first_token_ms: seen.firstAt,
      tokens_per_second: seen.rate(),
      cause: failure === null ? null : odd(question, failure),
    };
  } catch (error) {
    question.signal.throwIfAborted();
    return { cause: noAnswer(question, error) };
  }
}

/** Follows server-sent events; times are ms since `began`. */
function createWatch(began: number) {
  let firstAt: number | null = null;
  let lastAt = 0;
  let pieces = 0;
  let tokens: number | null = null;
  let ended = false;
  let wrong: string | null = null;
  return {
    get firstAt() {
      return firstAt;
    },
    fail: (why: string) => {
      wrong ??= why;
    },
    line(line: string) {
      if (!line.startsWith('data:')) return;
      const data = line.slice(5).trim();
      if (data === '[DONE]') {
        ended = true;
        return;
      }
      const event = parse(data) as (Answer & { error?: unknown }) | null;
      if (event === null) return;
      if (event.error !== undefined && event.error !== null)
        wrong ??= `broke off its stream: ${sentence(event.error)}`;
      if (typeof event.usage?.completion_tokens === 'number') tokens = event.usage.completion_tokens;
      const [choice] = (Array.isArray(event.choices) ? event.choices : []) as {
        delta?: Record<string, unknown>;
        text?: unknown;
        finish_reason?: unknown;
      }[];
      if (choice === undefined) return;
      if (choice.finish_reason != null) ended = true;
      const { role: _, ...said } = choice.delta ?? { text: choice.text };
      if (!Object.values(said).some((value) => value !== null && value !== undefined && value !== '')) return;
      lastAt = performance.now() - began;
      firstAt ??= lastAt;
      pieces += 1;
    },
    rate: (): number | null => (pieces < 2 ? null : speedOf(tokens ?? pieces, firstAt, lastAt)),
    failure: (): string | null => wrong ?? (ended ? null : 'ended its stream before the answer was over'),
  };
}

function routeOf({ headers }: Reply): string | null {
  const route = headers['x-stackyard-route'];
  if (typeof route !== 'string' || route === 'pending') return null;
  try {
    return decodeURIComponent(route);
  } catch {
    return route;
  }
}

const KNOWN_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'invalid_api_key',
  403: 'model_not_allowed',
  404: 'model_not_found',
};

function refusal({ who }: Question, status: number, body: string): Cause {
  const error = (parse(body) as { error?: unknown } | null)?.error ?? body;
  const told = (error as { code?: unknown }).code;
  const known = typeof told === 'string' && Object.hasOwn(ERRORS, told) ? (told as ErrorCode) : null;
  const code = known ?? KNOWN_STATUS[status] ?? 'upstream_error';
  const hint = code === 'invalid_api_key' ? 'Check the `api_key` that is sent there.' : null;
  return { code, message: `${who} answered ${status}: ${sentence(error)}`, hint };
}

function noAnswer({ who, timeoutMs }: Question, error: unknown): Cause {
  if (error instanceof StackyardError) return toCause(error);
  const { name = '', code = '', message = '' } = error as { name?: string; code?: string; message?: string };
  if (name === 'TimeoutError' || /TIMEOUT/.test(code)) {
    return { code: 'upstream_timeout', message: `${who} did not answer within ${timeoutMs / 1000} s.`, hint: null };
  }
  return {
    code: 'unreachable',
    message: `${who} could not be asked: ${connectionTrouble(error) ?? (code || message)}.`,
    hint: null,
  };
}

const odd = ({ who }: Question, what: string): Cause => ({
  code: 'upstream_error',
  message: `${who} ${what}.`,
  hint: null,
});

/** Servers of embedding models refuse to chat, each in words of its own. */
const isNoChat = ({ status, cause }: Proof): boolean =>
  status !== null &&
  [400, 404, 405, 500, 501].includes(status) &&
  /embedding|not support (chat|generate|completion|the chat)|does not support/i.test(cause?.message ?? '');

/** The words of an error, however it is wrapped; at most 400 characters. */
function sentence(error: unknown): string {
  const { message } = (typeof error === 'object' && error !== null ? error : {}) as { message?: unknown };
  const words = typeof message === 'string' ? message : typeof error === 'string' ? error : JSON.stringify(error);
  const short = words.replace(/\s+/g, ' ').trim();
  return short === '' ? 'no reason' : short.slice(0, 400);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}
