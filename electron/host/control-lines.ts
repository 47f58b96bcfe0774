/**
 * The words of the control socket: one JSON document a line, UTF-8, both ways.
 *
 * client → host  `{v: 1, token}` first (with `from: "window"`: for the page in a browser), then `{id, call, input}` and `{id, subscribe}`
 * host → client  `{v: 1, ok: true}` once, then `{id, ok: true, value}`, `{id, ok: false, error}` and `{event, payload}`
 */
import type { Cause } from '../../shared/model.ts';

export const CONTROL_VERSION = 1;
/** Longest line a client may send, bytes without the newline. */
export const MAX_REQUEST_BYTES = 8 * 1024 * 1024;
/** Longest line a host may send: a page of logs can be larger than anything a client has to say. */
export const MAX_REPLY_BYTES = 64 * 1024 * 1024;
/** Longest first message: before the token is known to be right, nobody may fill memory. */
export const MAX_HELLO_BYTES = 4096;

/** What a host answers to the first message. */
export type Welcome =
  | { readonly v: number; readonly ok: true }
  | { readonly v: number; readonly ok: false; readonly error: Cause };

/** What a host sends after that. `id` is `null` when the request was too broken to have one. */
export type FromHost =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number | null; readonly ok: false; readonly error: Cause }
  | { readonly event: string; readonly payload: unknown };

export interface LineReader {
  /** Takes the next bytes; calls `onLine` for each line that is complete. */
  readonly push: (chunk: Buffer) => void;
  /** Longest line allowed from now on, bytes. */
  limit: number;
}

/**
 * Cuts a byte stream into lines (without their newline; an empty line is left out). A line longer than the limit calls
 * `onTooLong` once, as soon as it is too long, and everything after is dropped.
 */
export function lineReader(limit: number, onLine: (line: string) => void, onTooLong: () => void): LineReader {
  let parts: Buffer[] = [];
  let held = 0;
  let over = false;

  const add = (piece: Buffer): void => {
    held += piece.length;
    if (held > reader.limit) {
      over = true;
      parts = [];
      onTooLong();
    } else if (piece.length > 0) {
      parts.push(piece);
    }
  };

  const reader: LineReader = {
    limit,
    push(chunk) {
      let from = 0;
      while (!over && from < chunk.length) {
        // No byte of a longer UTF-8 character equals a newline, so bytes can be searched before decoding.
        const newline = chunk.indexOf(10, from);
        add(chunk.subarray(from, newline < 0 ? chunk.length : newline));
        if (newline < 0 || over) return;
        const line = Buffer.concat(parts, held).toString('utf8');
        parts = [];
        held = 0;
        from = newline + 1;
        if (line.trim() !== '') onLine(line);
      }
    },
  };
  return reader;
}

/** One message as a line. */
export function encodeLine(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}

/** A line as a JSON object; `null` when it is anything else. */
export function decodeLine(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
