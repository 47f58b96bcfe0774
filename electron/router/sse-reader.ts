import { StringDecoder } from 'node:string_decoder';

/** Reads the `data` of server-sent events out of chunks that may be cut anywhere, inside a character too. */
export interface SseReader {
  /** The events that are complete by now. */
  push(chunk: Buffer): string[];
}

/** An event longer than this is no event of a chat; characters. */
const LONGEST = 16 * 1024 * 1024;

/** Looks at each byte once, however long a line is: one event of megabytes must not hold up everybody else's. */
export function createSseReader(): SseReader {
  const decoder = new StringDecoder('utf8');
  /** The line that is not complete yet, in the pieces that came. */
  let begun: string[] = [];
  let data: string[] = [];
  let length = 0;
  const keep = (pieces: string[], piece: string): void => {
    length += piece.length;
    if (length > LONGEST) throw new Error('an event of the stream never ends');
    pieces.push(piece);
  };
  return {
    push(chunk) {
      const events: string[] = [];
      const text = decoder.write(chunk);
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        const line = (begun.join('') + text.slice(from, end)).replace(/\r$/, '');
        from = end + 1;
        length -= begun.reduce((sum, piece) => sum + piece.length, 0);
        begun = [];
        if (line === '') {
          if (data.length > 0) events.push(data.join('\n'));
          data = [];
          length = 0;
        } else if (line.startsWith('data:')) keep(data, line.slice(line[5] === ' ' ? 6 : 5));
      }
      if (from < text.length) keep(begun, text.slice(from));
      return events;
    },
  };
}
