import type { Readable } from 'node:stream';

/** What came of a body. A stream that breaks throws away what nobody had read yet; here it is kept. */
export interface Inbox {
  /** Every chunk in order; an error comes after the last of them. Once only. */
  readonly chunks: () => AsyncGenerator<Buffer, void>;
  /** Nobody wants the rest. */
  readonly drop: () => void;
}

/** From here on the sender waits until something is taken. */
const FULL = 1024 * 1024;

/** Begins to take in at once. */
export function openInbox(body: Readable): Inbox {
  const queue: Buffer[] = [];
  let held = 0;
  let ended = false;
  let broken: Error | null = null;
  let wake = (): void => {};
  body.on('data', (chunk: Buffer) => {
    queue.push(chunk);
    held += chunk.length;
    if (held >= FULL) body.pause();
    wake();
  });
  body.on('end', () => {
    ended = true;
    wake();
  });
  body.on('error', (error) => {
    broken = error;
    wake();
  });
  body.on('close', () => {
    if (!ended) broken ??= new Error('The connection was closed.');
    wake();
  });
  return {
    async *chunks() {
      try {
        for (;;) {
          const chunk = queue.shift();
          if (chunk !== undefined) {
            held -= chunk.length;
            if (held < FULL) body.resume();
            yield chunk;
          } else if (broken !== null) throw broken;
          else if (ended) return;
          else {
            await new Promise<void>((done) => {
              wake = done;
            });
          }
        }
      } finally {
        body.destroy();
      }
    },
    drop: () => void body.destroy(),
  };
}
