/**
 * The one redactor: every secret that was ever resolved is registered here, and everything that is shown, logged or kept goes
 * through it. A value is found as it is, URL-encoded, as JSON writes it, and in base64 at any alignment.
 */
export interface Redactor {
  /** Registers a secret; values shorter than 4 characters are too common to be told from other text and are ignored. */
  readonly add: (secret: string) => void;
  /** The text with every registered secret replaced by `••••••`. */
  readonly redact: (text: string) => string;
}

const MASK = '••••••';
const SHORTEST = 4;
/** A shorter piece of base64 would hit ordinary words. */
const SHORTEST_BASE64 = 8;

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  const forms = new Set<string>();
  let any: RegExp | null = null;
  return {
    add(secret) {
      const before = forms.size;
      for (const part of [secret, secret.trim(), ...secret.split(/\r?\n/)]) {
        if (part.length >= SHORTEST) for (const form of spellings(part)) forms.add(form);
      }
      if (forms.size > before) any = anyOf(forms);
    },
    redact(text) {
      // most lines hold no secret: one pass says so
      if (!any?.test(text)) return text;
      return cover(text, forms);
    },
  };
}

function anyOf(forms: ReadonlySet<string>): RegExp {
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'));
}

/** Masks the union of all finds, so that secrets which overlap leave no rest of each other. */
function cover(text: string, forms: ReadonlySet<string>): string {
  const finds: [start: number, end: number][] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) finds.push([at, at + form.length]);
  }
  finds.sort((a, b) => a[0] - b[0]);
  let out = '';
  let done = 0;
  let masked = -1;
  for (const [start, end] of finds) {
    if (start > masked) {
      out += text.slice(done, start) + MASK;
      masked = end;
    } else masked = Math.max(masked, end);
    done = masked;
  }
  return out + text.slice(done);
}

function spellings(secret: string): readonly string[] {
  const out = [secret, JSON.stringify(secret).slice(1, -1)];
  try {
    const url = encodeURIComponent(secret);
    out.push(
      url,
      url.replace(/%20/g, '+'),
      url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    );
  } catch {
    // half a surrogate pair has no URL form
  }
  const bytes = utf8(secret);
  for (const before of [0, 1, 2]) {
    const piece = base64Within(bytes, before);
    if (piece.length >= SHORTEST_BASE64) out.push(piece, piece.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return out;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The base64 characters that depend on these bytes alone, when `before` (mod 3) other bytes stand ahead of them. */
function base64Within(bytes: readonly number[], before: number): string {
  const bits = [...Array.from({ length: before }, () => 0), ...bytes].flatMap((byte) =>
    Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1),
  );
  const first = Math.ceil((before * 8) / 6);
  let out = '';
  for (let at = first * 6; at + 6 <= bits.length; at += 6) {
    out += ALPHABET[bits.slice(at, at + 6).reduce((sum, bit) => sum * 2 + bit, 0)];
  }
  return out;
}

/** UTF-8 bytes, written out because this room knows neither Node nor the DOM. */
function utf8(text: string): number[] {
  return [...text].flatMap((char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) return [code];
    if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 63)];
    if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
    return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  });
}
