import { oneLineError } from './engine-error.ts';
import type { DownstreamHead } from './headers.ts';
import type { Translation } from './way.ts';

/** An engine's answer as far as it is held back. */
export interface Answer {
  readonly status: number;
  readonly head: DownstreamHead;
  readonly chunks: Buffer[];
  readonly translation: Translation | null;
}

/**
 * A whole answer as its client is to read it; empty when it came instead of a stream and says nothing that a client understands.
 * Throws when it can't be translated.
 */
export function wholeInWords({ status, head, translation }: Answer, body: Buffer): string {
  const text = body.toString('utf8');
  if (!translation) return head.sse ? text : status >= 400 ? oneLineError(text) : '';
  if (status >= 400) return translation.error(status, text);
  return head.sse ? translation.chunk(body) + translation.end() : translation.whole(body);
}

/** One header of an answer; `null` when it has none of that name (in lower case). */
export function headerOf({ headers }: DownstreamHead, name: string): string | null {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === name) return headers[i + 1] ?? null;
  }
  return null;
}
