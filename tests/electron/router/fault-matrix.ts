/** Everything that an engine can do wrong, and what the client and the trace then say. Each cell has a router of its own. */
import { describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../../shared/contract/router.ts';
import type { Protocol } from '../../../shared/model.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { startRouter } from '../../fixtures/upstream/running-router.ts';
import { chatEvents, startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';
import { recording } from '../../support/recordings.ts';
import { until } from '../../support/until.ts';

/** In whose words a client asks, and how its engine answers when nothing is wrong. */
export interface Tongue {
  readonly name: string;
  readonly path: string;
  readonly speaks: readonly Protocol[];
  /** What an engine sends in a stream: the pieces of a whole answer, the last one ending it. */
  readonly events: readonly string[];
  readonly streamType: string;
  /** What it sends in one piece. */
  readonly whole: string;
  /** An error that comes as an event of a stream. */
  readonly error: string;
  readonly nonsense: string;
  /** Whether the client gets the engine's own bytes. */
  readonly native: boolean;
}

const ENGINE_ERROR = '{"error":{"message":"slot lost","type":"server_error","code":500}}';
const CHAT_WHOLE = JSON.stringify({
  choices: [{ index: 0, message: { role: 'assistant', content: 'all well' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
});
const chat: Pick<Tongue, 'speaks' | 'events' | 'streamType' | 'whole' | 'error' | 'nonsense'> = {
  speaks: ['chat'],
  events: chatEvents(['all ', 'well']),
  streamType: 'text/event-stream',
  whole: CHAT_WHOLE,
  error: `data: ${ENGINE_ERROR}\n\n`,
  nonsense: 'data: {"choices": [nonsense\n\n',
};
const named = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
export const TONGUES: readonly Tongue[] = [
  { name: 'openai', path: '/v1/chat/completions', ...chat, native: true },
  { name: 'anthropic, translated', path: '/v1/messages', ...chat, native: false },
  {
    name: 'anthropic, native',
    path: '/v1/messages',
    speaks: ['messages'],
    events: [
      named('message_start', { message: { id: 'msg_1', role: 'assistant', content: [] } }),
      named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'all well' } }),
      named('message_stop', {}),
    ],
    streamType: 'text/event-stream',
    whole: '{"type":"message","content":[{"type":"text","text":"all well"}],"stop_reason":"end_turn"}',
    error: named('error', { error: { type: 'api_error', message: 'slot lost' } }),
    nonsense: 'data: {"type": nonsense\n\n',
    native: true,
  },
  { name: 'ollama, translated', path: '/api/chat', ...chat, native: false },
  {
    name: 'ollama, native',
    path: '/api/chat',
    speaks: ['ollama'],
    events: [
      '{"message":{"role":"assistant","content":"all "},"done":false}\n',
      '{"message":{"role":"assistant","content":"well"},"done":false}\n',
      '{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}\n',
    ],
    streamType: 'application/x-ndjson',
    whole: '{"message":{"role":"assistant","content":"all well"},"done":true}',
    error: '{"error":"slot lost"}\n',
    nonsense: '{"message": nonsense\n',
    native: true,
  },
];

const LOADING = recording('llama-server', 'chat-loading').response;
const HUGE = 8 * 2 ** 20;
/** More than the kernel holds on the way. */
const FLOOD = 24 * 2 ** 20;

type Break = (seen: Upstream['seen'][0], tongue: Tongue, stream: boolean, nth: number) => void;
const head = ({ res }: Upstream['seen'][0], tongue: Tongue, stream: boolean) =>
  res.writeHead(200, { 'content-type': stream ? tongue.streamType : 'application/json' });
const well: Break = (seen, tongue, stream) => {
  head(seen, tongue, stream).end(stream ? tongue.events.join('') : tongue.whole);
};
/** The beginning of an answer. */
const part = (tongue: Tongue, stream: boolean) => (stream ? (tongue.events[0] as string) : tongue.whole.slice(0, 9));

/** A whole answer with one very long word in it. */
const longWord: Break = (seen, tongue, stream) => {
  const said = stream ? tongue.events.join('') : tongue.whole;
  head(seen, tongue, stream).end(said.replace('well', 'x'.repeat(HUGE)));
};
/** A whole answer that is long by what it says over and over, where it comes in pieces. */
const flood: Break = (seen, tongue, stream) => {
  const [first = '', second = '', ...rest] = tongue.events;
  const word = 'x'.repeat(2 ** 16);
  const events = [first, second.replace(/all|well/, word).repeat(FLOOD / word.length), ...rest];
  head(seen, tongue, stream).end(stream ? events.join('') : tongue.whole.replace('well', 'x'.repeat(FLOOD)));
};

/** What can go wrong. */
const BREAKS = {
  'nobody listens': null,
  'a reset before the headers': ({ res }) => void res.socket?.resetAndDestroy(),
  'a reset after the headers': (seen, tongue, stream) => {
    head(seen, tongue, stream).flushHeaders();
    setTimeout(() => seen.res.socket?.resetAndDestroy(), 20);
  },
  'a reset in the middle': (seen, tongue, stream) => {
    head(seen, tongue, stream).write(part(tongue, stream));
    setTimeout(() => seen.res.socket?.resetAndDestroy(), 50);
  },
  'a 500': ({ res }) => {
    res.writeHead(500, { 'content-type': 'application/json' }).end(ENGINE_ERROR);
  },
  'a 500 that calls text JSON': ({ res }) => {
    res.writeHead(500, { 'content-type': 'application/json' }).end('proxy error: Could not establish connection');
  },
  '"Loading model", twice': (seen, tongue, stream, nth) => {
    if (nth > 2) well(seen, tongue, stream, nth);
    else seen.res.writeHead(LOADING.status, { 'content-type': 'application/json' }).end(JSON.stringify(LOADING.json));
  },
  'a 429 with Retry-After': ({ res }) => {
    res.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' }).end(ENGINE_ERROR);
  },
  silence: () => {},
  'silence after the headers': (seen, tongue, stream) => void head(seen, tongue, stream).flushHeaders(),
  'silence in the middle': (seen, tongue, stream) => void head(seen, tongue, stream).write(part(tongue, stream)),
  nonsense: (seen, tongue, stream) => {
    head(seen, tongue, stream).end(stream ? (tongue.events[0] as string) + tongue.nonsense : 'no JSON at all');
  },
  'an error as the first event': (seen, tongue, stream) => {
    head(seen, tongue, stream).end(stream ? tongue.error : ENGINE_ERROR);
  },
  'an error as a later event': (seen, tongue, stream) => {
    head(seen, tongue, stream).end(stream ? (tongue.events[0] as string) + tongue.error : ENGINE_ERROR);
  },
  'an end without an end': (seen, tongue, stream) => {
    head(seen, tongue, stream).end(stream ? tongue.events.slice(0, 2).join('') : '');
  },
  'a chunk of 8 MiB': longWord,
  // The engine is fine here; it is the client that takes nothing for a while.
  'a slow client': flood,
} satisfies Record<string, Break | null>;
export type Fault = keyof typeof BREAKS;
export const FAULTS = Object.keys(BREAKS) as Fault[];

/** A port that was just closed could be given to the next cell; this one belongs to a service that nobody runs. */
const NOBODY = 'http://127.0.0.1:9';

export const PLACES = ['alone', 'two targets', 'fallback'] as const;
export type Place = (typeof PLACES)[number];

/** One cell: `CLIENT | TRACE`. */
async function cell(tongue: Tongue, fault: Fault, place: Place, stream: boolean): Promise<string> {
  const breaks: Break | null = BREAKS[fault];
  let nth = 0;
  const bad = await startUpstream((seen) => {
    nth += 1;
    breaks?.(seen, tongue, stream, nth);
  });
  const good = await startUpstream((seen) => well(seen, tongue, stream, 1));
  // Only a fault that is silence ends by them: nothing else depends on how fast this machine is.
  const patience = fault.startsWith('silence') ? 1_000 : 30_000;
  const timeouts = { connect: 2_000, first_byte: patience, idle: patience };
  const targets = place === 'two targets' ? [target('bad'), target('good')] : [target('bad')];
  const plain = table();
  const router = await startRouter({
    ...plain,
    engines: [
      engine('bad', breaks ? bad.url : NOBODY, { speaks: tongue.speaks, request_timeouts: timeouts }),
      engine('good', good.url, { speaks: tongue.speaks }),
    ],
    models: [
      model('m', targets, { timeouts, fallbacks: place === 'fallback' ? ['other'] : [] }),
      model('other', [target('good')], { timeouts }),
    ],
    routing: { ...plain.routing, retries: 1 },
  });
  try {
    const answer = await fetch(`${router.url}${tongue.path}`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], max_tokens: 9, stream }),
    });
    if (fault === 'a slow client') await rests(bad);
    const text = await answer.text().catch(() => null);
    const record = await router.recorded(() => true);
    const rest = await router.until((report) => report.in_flight === 0);
    expect(Object.values(rest.engines).every((one) => one.in_flight === 0 && one.waiting === 0)).toBe(true);
    expect(answer.headers.get('x-stackyard-request-id')).toBe(record.id);
    return `${clientView(tongue, answer, text)} | ${traceView(record)}`;
  } finally {
    await router.close();
    await good.close();
    await bad.close();
  }
}

/** Resolves once the engine gets rid of nothing more: all that lies between it and its client is full, or it is done. */
async function rests({ seen }: Upstream): Promise<void> {
  const socket = seen[0]?.res.socket;
  const left = () => (socket ? socket.bytesWritten - socket.writableLength : 0);
  let before = -1;
  await until(
    'the engine rests',
    () => {
      const same = left() === before;
      before = left();
      return same;
    },
    { every: 100 },
  );
}

/** What the client has in its hands: a whole answer, the engine's own words, ours, or less. */
function clientView(tongue: Tongue, answer: Response, text: string | null): string {
  const { status } = answer;
  const from = answer.headers.get('x-stackyard-route')?.split('/')[0] ?? 'us';
  if (text === null) return `${status} cut off`;
  const ours = /"source":"gateway"/.test(text);
  const end =
    tongue.path === '/v1/chat/completions'
      ? '[DONE]'
      : tongue.path === '/v1/messages'
        ? 'message_stop'
        : '"done":true';
  const whole = text.includes(end) || (!isStream(answer) && status === 200 && !ours);
  if (ours && whole) throw new Error(`an end and an error in one: ${text}`);
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  const code = ours ? codeOf(JSON.parse(last.replace(/^data: /, ''))) : null;
  if (ours) return `${status} ${isStream(answer) ? 'event' : 'error'} ${code}`;
  if (/ended its answer in the middle/.test(text)) return `${status} ${from}'s end in the middle`;
  if (/slot lost|proxy error|no JSON|nonsense/.test(text))
    return `${status} ${from}'s ${whole && isStream(answer) ? 'end' : 'words'}`;
  const size = text.length > FLOOD ? ', a flood' : text.length > HUGE ? ', huge' : '';
  if (status === 200) return `${status} ${whole ? 'answer' : 'part'} of ${from}${size}`;
  return `${status} ${text.slice(0, 100)}`;
}

const isStream = (answer: Response) => /event-stream|ndjson/.test(answer.headers.get('content-type') ?? '');

/** OpenAI's code, Anthropic's type, Ollama's nothing. */
function codeOf({ error }: { error: string | { code?: string; type?: string } }): string {
  return typeof error === 'string' ? 'text' : (error.code ?? error.type ?? '?');
}

function traceView({ steps, outcome }: RequestRecord): string {
  const attempts = steps.flatMap((step) => (step.kind === 'attempt' ? [`${step.target[0]}:${step.result}`] : []));
  return `${attempts.join(' ')} ${outcome}`;
}

/** What is to be seen in a cell; `two` and `fallback`: what goes before the other target's answer, `null` = it can't help. */
interface Row {
  readonly alone: string;
  readonly two: string | null;
  readonly fallback: string | null;
}
const row = (alone: string, two: string | null = null, fallback: string | null = two): Row => ({
  alone,
  two,
  fallback,
});
/** Tried again on the same target, then given up; elsewhere it goes on after the first failure. */
const again = (client: string, what: string): Row =>
  row(`${client} | b:${what} b:${what} error`, `b:${what}`, `b:${what} b:${what}`);
const BROKEN = again('502 error BROKEN', 'broken');
const SILENT = again('504 error TIMEOUT', 'broken');
const UNREADABLE = again('502 error BROKEN', 'refused');
const UNTOUCHED = row("200 bad's words | b:answered ok");
const FLOOD_ROW = row('200 answer of bad, a flood | b:answered ok');
const HUGE_ROW = row('200 answer of bad, huge | b:answered ok');

/** In a stream · in one piece, passed on · in one piece, translated. */
const EXPECTED: Readonly<Record<Fault, { stream: Row; whole: Row; translated?: Row; translatedStream?: Row }>> = {
  'nobody listens': { stream: BROKEN, whole: BROKEN },
  // The first one may have met a kept connection that had just died: it is free.
  'a reset before the headers': (() => {
    const three = 'b:broken b:broken b:broken';
    const one = row(`502 error BROKEN | ${three} error`, 'b:broken b:broken', three);
    return { stream: one, whole: one };
  })(),
  'a reset after the headers': { stream: BROKEN, whole: BROKEN },
  'a reset in the middle': {
    stream: row('200 event BROKEN | b:broken cut'),
    whole: row('200 cut off | b:broken cut'),
    translated: BROKEN,
  },
  'a 500': { stream: again("500 bad's words", 'refused'), whole: again("500 bad's words", 'refused') },
  'a 500 that calls text JSON': {
    stream: again("500 bad's words", 'refused'),
    whole: again("500 bad's words", 'refused'),
  },
  '"Loading model", twice': (() => {
    const one = row('200 answer of bad | b:loading b:loading b:answered ok', 'b:loading', null);
    return { stream: one, whole: one };
  })(),
  'a 429 with Retry-After': {
    stream: again("429 bad's words", 'refused'),
    whole: again("429 bad's words", 'refused'),
  },
  silence: { stream: SILENT, whole: SILENT },
  'silence after the headers': { stream: SILENT, whole: SILENT },
  'silence in the middle': {
    stream: row('200 event TIMEOUT | b:broken cut'),
    whole: row('200 cut off | b:broken cut'),
    translated: SILENT,
  },
  nonsense: {
    stream: UNTOUCHED,
    whole: UNTOUCHED,
    translated: UNREADABLE,
    translatedStream: row('200 event BROKEN | b:broken cut'),
  },
  'an error as the first event': {
    stream: row("200 bad's words | b:refused b:answered error", 'b:refused', 'b:refused b:refused'),
    whole: UNTOUCHED,
    translated: UNREADABLE,
  },
  'an error as a later event': {
    stream: row("200 bad's words | b:answered error"),
    whole: UNTOUCHED,
    translated: UNREADABLE,
  },
  'an end without an end': {
    stream: row('200 part of bad | b:answered ok'),
    whole: row('200 answer of bad | b:answered ok'),
    translated: UNREADABLE,
    translatedStream: row("200 bad's end in the middle | b:answered error"),
  },
  'a chunk of 8 MiB': { stream: HUGE_ROW, whole: HUGE_ROW },
  'a slow client': { stream: FLOOD_ROW, whole: FLOOD_ROW },
};

/** How each family calls a broken engine and a silent one. */
const CALLED: readonly [RegExp, string, string][] = [
  [/^openai/, 'upstream_error', 'upstream_timeout'],
  [/^anthropic/, 'api_error', 'timeout_error'],
  [/^ollama/, 'text', 'text'],
];

function expected({ name, native }: Tongue, fault: Fault, place: Place, stream: boolean): string {
  const of = EXPECTED[fault];
  const [, broken = '', timeout = ''] = CALLED.find(([pattern]) => pattern.test(name)) ?? [];
  const translated = stream ? (of.translatedStream ?? of.stream) : (of.translated ?? of.whole);
  const { alone, two, fallback } = native ? (stream ? of.stream : of.whole) : translated;
  const before = place === 'two targets' ? two : place === 'fallback' ? fallback : null;
  const said = before === null ? alone : `200 answer of good | ${before} g:answered ok`;
  return said.replace('BROKEN', broken).replace('TIMEOUT', timeout);
}

/** A few at once: many of them wait most of the time. */
async function inBatches<T>(jobs: readonly (() => Promise<T>)[], size: number): Promise<T[]> {
  const done: T[] = [];
  for (let at = 0; at < jobs.length; at += size) {
    done.push(...(await Promise.all(jobs.slice(at, at + size).map((job) => job()))));
  }
  return done;
}

/** A test for each tongue and fault: all places, in a stream and in one piece. */
export function faultMatrix(
  tongues: readonly Tongue[],
  places: readonly Place[] = PLACES,
  faults: readonly Fault[] = FAULTS,
): void {
  describe.each(tongues)('$name', (tongue) => {
    it.concurrent.each(faults)('%s', async (fault) => {
      const cells = places.flatMap((place) => [true, false].map((stream) => ({ place, stream })));
      const name = ({ place, stream }: (typeof cells)[0]) => `${place}, ${stream ? 'stream' : 'whole'}`;
      const seen = await inBatches(
        cells.map((one) => async () => `${name(one)}: ${await cell(tongue, fault, one.place, one.stream)}`),
        4,
      );
      expect(seen).toEqual(cells.map((one) => `${name(one)}: ${expected(tongue, fault, one.place, one.stream)}`));
    });
  });
}
