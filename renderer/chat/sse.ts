/** Server-sent events as they come off the wire: bytes in any pieces → events and comments. */

export type SseItem =
  | { readonly type: 'event'; readonly event: string; readonly data: string }
  | { readonly type: 'comment'; readonly text: string };

export interface SseParser {
  /** What the next bytes complete. Pieces may end anywhere, also within a line end or within one sign. */
  push(bytes: Uint8Array): readonly SseItem[];
  /** What stands complete at the end of the stream; an event that no empty line closed is dropped, as the standard says. */
  end(): readonly SseItem[];
}

/**
 * A parser for one stream, by the HTML standard's rules: lines end in LF, CR or CRLF; a leading BOM is skipped; `data` lines
 * are joined by LF; fields other than `data` and `event` mean nothing here.
 */
export function sseParser(): SseParser {
  const decoder = new TextDecoder(); // skips the BOM, and keeps a sign that is cut in two until its rest comes
  let rest = '';
  let data: string[] = [];
  let event = '';

  const line = (text: string): SseItem | null => {
    if (text === '') {
      const item: SseItem | null =
        data.length === 0 ? null : { type: 'event', event: event === '' ? 'message' : event, data: data.join('\n') };
      data = [];
      event = '';
      return item;
    }
    if (text.startsWith(':')) return { type: 'comment', text: text.slice(1).replace(/^ /, '') };
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    return null;
  };

  const take = (text: string, last: boolean): readonly SseItem[] => {
    rest += text;
    const items: SseItem[] = [];
    let start = 0;
    for (let i = 0; i < rest.length; i += 1) {
      const sign = rest[i];
      if (sign !== '\n' && sign !== '\r') continue;
      // a CR at the very end may be the first half of a CRLF
      if (sign === '\r' && i === rest.length - 1 && !last) break;
      const item = line(rest.slice(start, i));
      if (item) items.push(item);
      if (sign === '\r' && rest[i + 1] === '\n') i += 1;
      start = i + 1;
    }
    rest = rest.slice(start);
    return items;
  };

  return {
    push: (bytes) => take(decoder.decode(bytes, { stream: true }), false),
    end: () => take(decoder.decode(), true),
  };
}
