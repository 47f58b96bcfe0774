import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Failure } from './failure.ts';

/** Bytes of request bodies that are kept for parking and replay, over all requests. */
export interface BodyBudget {
  readonly used: number;
  take(bytes: number): void;
  give(bytes: number): void;
}

/** A budget with nothing used; the limit is the table's and is compared by who asks. */
export function createBodyBudget(): BodyBudget {
  let used = 0;
  return {
    get used() {
      return used;
    },
    take(bytes) {
      used += bytes;
    },
    give(bytes) {
      used -= bytes;
    },
  };
}

/**
 * Gives `take` the whole request body, or a 413 as soon as it is known to be longer than `limit` bytes; `null` when the client went
 * away. Once. What follows a 413 is read and thrown away by node, so that the client gets to see the answer. A client that asks first
 * (`Expect: 100-continue`) is told to go on only here: a body that nobody wants is never sent.
 */
export function readBody(
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  limit: number,
  take: (body: Buffer | Failure | null) => void,
): void {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > limit) {
    take(tooLarge(limit));
    return;
  }
  if (req.headers.expect !== undefined) res.writeContinue();
  // `null` once it is settled. The listeners stay: taking them off costs more than one more look. 'error' needs one in any case.
  let chunks: Buffer[] | null = [];
  let length = 0;
  const settle = (body: Buffer | Failure | null): void => {
    if (!chunks) return;
    chunks = null;
    take(body);
  };
  const gone = (): void => settle(null);
  req.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > limit) settle(tooLarge(limit));
    else chunks?.push(chunk);
  });
  req.on('end', () => {
    if (chunks) settle(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
  });
  req.on('close', gone);
  req.on('error', gone);
}

const tooLarge = (limit: number): Failure => ({
  code: 'body_too_large',
  message: `The request body is longer than gateway.max_body (${limit} bytes).`,
});
