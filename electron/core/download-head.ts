/** What the head of an HTTP answer says about the file behind it. Pure; header names in lower case. */

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface DownloadHead {
  /** Bytes of the whole file; `null` when it does not say. */
  readonly total: number | null;
  /** First byte of what follows: that of a 206's `Content-Range`, else 0. */
  readonly from: number;
  readonly etag: string | null;
  readonly modified: string | null;
  /** 64 hex digits that the server gives for the whole file. */
  readonly sha256: string | null;
  readonly isPage: boolean;
}

/** Reads the head of a 200 or 206. */
export function readHead(status: number, headers: Headers): DownloadHead {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(one(headers, 'content-range') ?? '');
  const length = whole(one(headers, 'content-length'));
  const coded = !/^(?:identity)?$/i.test(one(headers, 'content-encoding') ?? '');
  const ofRange = range === null ? null : whole(range[3] ?? null);
  return {
    // A compressed answer's length is not the file's.
    total: status === 206 ? ofRange : coded ? null : length,
    from: status === 206 ? (whole(range?.[1] ?? null) ?? -1) : 0,
    etag: one(headers, 'etag'),
    modified: one(headers, 'last-modified'),
    sha256: digestOf(headers),
    isPage: /^(?:text\/html|application\/xhtml)/i.test(one(headers, 'content-type') ?? ''),
  };
}

/**
 * The sha256 that Hugging Face gives for a file in large-file storage, in the answer of its own host that leads elsewhere; with
 * the size. A plain ETag is believed only from there: elsewhere 64 hex digits may be the hash of anything.
 */
export function readLinked(headers: Headers): { readonly sha256: string | null; readonly size: number | null } {
  const etag = one(headers, 'x-linked-etag') ?? one(headers, 'etag');
  return {
    sha256: /^"?([0-9a-f]{64})"?$/i.exec(etag ?? '')?.[1]?.toLowerCase() ?? null,
    size: whole(one(headers, 'x-linked-size')),
  };
}

/** What proves that the rest belongs to what is there already, for `If-Range`; `null` when nothing does (RFC 9110, 13.1.5). */
export function validatorOf(known: {
  readonly etag: string | null;
  readonly modified: string | null;
}): string | null {
  if (known.etag !== null && !known.etag.startsWith('W/')) return known.etag;
  return known.modified;
}

/** Milliseconds to wait, from a `Retry-After` in seconds or as a date; `null` when it says nothing usable. */
export function retryAfter(headers: Headers, now: number): number | null {
  const text = one(headers, 'retry-after');
  if (text === null) return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** `Repr-Digest: sha-256=:…:` (RFC 9530) or the older `Digest: sha-256=…` (RFC 3230); both are of the whole file. */
function digestOf(headers: Headers): string | null {
  const said = [one(headers, 'repr-digest'), one(headers, 'digest')].filter((text) => text !== null).join(',');
  const base64 = /(?:^|[,\s])sha-256=:?([A-Za-z0-9+/]{43}=)/i.exec(said)?.[1];
  return base64 === undefined ? null : hexOf(base64);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** This room knows no Buffer. */
function hexOf(base64: string): string {
  let hex = '';
  for (let at = 0; at + 4 <= base64.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = [...base64.slice(at, at + 4)].map((sign) =>
      Math.max(0, ALPHABET.indexOf(sign)),
    );
    hex += ((a << 18) | (b << 12) | (c << 6) | d).toString(16).padStart(6, '0');
  }
  return hex.slice(0, 64);
}

function one(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

/** An absurd length stays one: as an unknown it would pass the look at the free disk. */
function whole(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : null;
}
