import { TICKET_HEADER } from '../../shared/contract/router.ts';

/** Belong to one hop, or are made anew by us. The client's credentials, cookies and origin stay here too. */
const NOT_UPSTREAM = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
  'accept-encoding',
  'authorization',
  'x-api-key',
  'api-key',
  'cookie',
  'origin',
  'referer',
  TICKET_HEADER,
]);

const NOT_DOWNSTREAM = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Header names come in few spellings: each is lower-cased once. Bounded, since clients choose the names. */
const lowered = new Map<string, string>();

/** A header's name in lower case. */
export function lower(name: string): string {
  const known = lowered.get(name);
  if (known !== undefined) return known;
  const made = name.toLowerCase();
  if (lowered.size < 512) lowered.set(name, made);
  return made;
}

/** The client's flat header list as the engine gets it: end-to-end headers, uncompressed answers, the engine's own key. */
export function upstreamHeaders(raw: readonly string[], apiKey: string | null): string[] {
  const named = connectionNames(raw);
  const out: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = lower(raw[i] as string);
    if (NOT_UPSTREAM.has(name) || named?.has(name) || name.startsWith('sec-') || name.startsWith('access-control-'))
      continue;
    out.push(raw[i] as string, raw[i + 1] as string);
  }
  out.push('accept-encoding', 'identity');
  if (apiKey !== null) out.push('authorization', `Bearer ${apiKey}`);
  return out;
}

/** Headers that `Connection` names belong to that hop as well (RFC 9110 §7.6.1). */
function connectionNames(raw: readonly string[]): Set<string> | null {
  let names: Set<string> | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (lower(raw[i] as string) !== 'connection') continue;
    for (const part of (raw[i + 1] as string).split(',')) {
      const name = part.trim().toLowerCase();
      if (name === '' || name === 'keep-alive' || name === 'close') continue;
      names ??= new Set();
      names.add(name);
    }
  }
  return names;
}

export interface DownstreamHead {
  /** Flat list for the client, without ours. */
  readonly headers: string[];
  readonly sse: boolean;
  /** Whether it comes in events or lines, so that a word of ours may end it. */
  readonly streamed: boolean;
  readonly dated: boolean;
  /** Bytes of the body, where that is said. */
  readonly length: number | null;
}

/**
 * An engine's raw headers as the client gets them. CORS headers of engines are dropped: llama-server answers every origin,
 * and who may read our answers is decided here alone.
 */
export function downstreamHeaders(raw: readonly Buffer[]): DownstreamHead {
  const headers: string[] = [];
  let sse = false;
  let streamed = false;
  let dated = false;
  let cached = false;
  let length: number | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as Buffer).toString('latin1');
    const key = lower(name);
    if (NOT_DOWNSTREAM.has(key) || key.startsWith('access-control-') || key.startsWith('x-stackyard-')) continue;
    const value = (raw[i + 1] as Buffer).toString('latin1');
    if (key === 'content-type') {
      sse = /^\s*text\/event-stream\b/i.test(value);
      streamed = sse || /^\s*application\/x-ndjson\b/i.test(value);
    }
    if (key === 'date') dated = true;
    else if (key === 'content-length') length = Number(value);
    else if (key === 'cache-control') cached = true;
    else if (key === 'x-accel-buffering') continue;
    headers.push(name, value);
  }
  if (sse) {
    headers.push('x-accel-buffering', 'no');
    if (!cached) headers.push('cache-control', 'no-cache');
  }
  return { headers, sse, streamed, dated, length };
}

/** Headers that describe the engine's own bytes; a translated answer has others. */
const OF_THE_BODY = new Set(['content-type', 'content-length', 'content-encoding', 'etag', 'content-md5', 'digest']);

/** An engine's headers for an answer that reaches the client in another protocol. */
export function translatedHeaders(
  head: DownstreamHead,
  { contentType, dropped }: { readonly contentType: string; readonly dropped: readonly string[] },
): string[] {
  const headers: string[] = ['content-type', contentType];
  for (let i = 0; i + 1 < head.headers.length; i += 2) {
    const name = head.headers[i] as string;
    if (!OF_THE_BODY.has(lower(name))) headers.push(name, head.headers[i + 1] as string);
  }
  if (dropped.length > 0) headers.push('x-stackyard-dropped', encodeHeader(dropped.join(', ')));
  return headers;
}

/** A header value by the contract's rule: `%` and everything outside printable ASCII percent-encoded as UTF-8. */
export function encodeHeader(value: string): string {
  return /^[\x20-\x24\x26-\x7e]*$/.test(value)
    ? value
    : value.replace(/[^\x20-\x24\x26-\x7e]+/gu, (part) =>
        [...Buffer.from(part, 'utf8')].map((b) => `%${b.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
      );
}
