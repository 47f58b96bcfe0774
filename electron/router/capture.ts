import type { RequestRecord, RoutingTable } from '../../shared/contract/router.ts';

/** Each of both is cut off here, bytes. */
const MOST = 64 * 1024;

/** Keeps what was asked and answered, for people who switched that on. */
export interface Capture {
  /** An engine is asked (again): what an earlier one said is let go. */
  begin(): void;
  /** A piece of the engine's answer. */
  answer(chunk: Buffer): void;
  /** What was kept; `null` when a request with this outcome is not to be kept. */
  read(outcome: RequestRecord['outcome']): RequestRecord['captured'];
}

/** `null` when nothing is kept. */
export function createCapture(mode: RoutingTable['capture'], request: Buffer): Capture | null {
  if (mode === 'off') return null;
  const asked = Buffer.from(request.subarray(0, MOST));
  let said: Buffer[] = [];
  let length = 0;
  let cut = request.length > MOST;
  return {
    begin() {
      said = [];
      length = 0;
    },
    answer(chunk) {
      const room = MOST - length;
      if (chunk.length > room) cut = true;
      if (room <= 0) return;
      // A copy: a slice would keep the whole read buffer.
      said.push(Buffer.from(chunk.subarray(0, room)));
      length += Math.min(room, chunk.length);
    },
    read(outcome) {
      if (mode === 'errors' && (outcome === 'ok' || outcome === null)) return null;
      return { request: asked.toString('utf8'), answer: Buffer.concat(said).toString('utf8'), cut };
    },
  };
}
