import { StringDecoder } from 'node:string_decoder';

/** Reads the `data` of server-sent events out of chunks that may be cut anywhere, inside a character too. */
export interface SseReader {
  /** The events that are complete by now. */
  push(chunk: Buffer): string[];
}

/** An event longer than this is no event of a chat; bytes. */
const LONGEST = 16 * 1024 * 1024;

export function createSseReader(): SseReader {
  const decoder = new StringDecoder('utf8');
  let line = '';
  let data: string[] = [];
  return {
    push(chunk) {
      const events: string[] = [];
      line += decoder.write(chunk);
      if (line.length > LONGEST) throw new Error('an event of the stream never ends');
      for (let end = line.indexOf('\n'); end >= 0; end = line.indexOf('\n')) {
        const whole = line.slice(0, end).replace(/\r$/, '');
        line = line.slice(end + 1);
        if (whole === '') {
          if (data.length > 0) events.push(data.join('\n'));
          data = [];
        } else if (whole.startsWith('data:')) data.push(whole.slice(whole[5] === ' ' ? 6 : 5));
      }
      return events;
    },
  };
}
