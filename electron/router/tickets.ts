import type { TicketTerms } from '../../shared/contract/router.ts';

/**
 * The host's own requests, announced one by one over its line. A ticket is good for one request and a minute; a header that
 * nobody announced means nothing, so no client can order anything with it.
 */
export interface Tickets {
  admit(id: string, terms: TicketTerms, now: number): void;
  /** The terms of a request with this header, once; `null` for every other. */
  take(header: string | readonly string[] | undefined, now: number): TicketTerms | null;
}

const GOOD_FOR = 60_000;
const MOST = 64;

/** Without any ticket. */
export function createTickets(): Tickets {
  const open = new Map<string, { readonly terms: TicketTerms; readonly until: number }>();
  return {
    admit(id, terms, now) {
      for (const [old, { until }] of open) if (until <= now || open.size >= MOST) open.delete(old);
      open.set(id, { terms, until: now + GOOD_FOR });
    },
    take(header, now) {
      if (typeof header !== 'string') return null;
      const found = open.get(header);
      open.delete(header);
      return found === undefined || found.until <= now ? null : found.terms;
    },
  };
}
