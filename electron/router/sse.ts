import { fields, parsed } from './json.ts';

/** A comment line of an SSE stream: clients skip it, connections stay alive by it. */
export const sseComment = (text: string): string => `: stackyard ${text}\n\n`;

/** One `data:` event. */
export const sseData = (json: string): string => `data: ${json}\n\n`;

/**
 * Whether the first event of a stream is an error: llama-server and Ollama may answer 200 and then fail. Parses that one event;
 * one that is cut in the middle counts as no error. `lines`: the stream is one of JSON lines, not of server-sent events.
 */
export function startsWithError(chunk: Buffer, lines = false): boolean {
  if (chunk.indexOf('"error"') < 0) return false;
  const first = eventsIn(chunk, lines)[0];
  return first !== undefined && isError(first);
}

/** Whether the last event of a stream, `[DONE]` aside, is an error; told from the last bytes that came. */
export function endsWithError(chunk: Buffer, lines = false): boolean {
  if (chunk.lastIndexOf('"error"') < 0) return false;
  const last = eventsIn(chunk, lines)
    .filter((event) => event.trim() !== '[DONE]')
    .at(-1);
  return last !== undefined && isError(last);
}

const eventsIn = (chunk: Buffer, lines: boolean): string[] =>
  chunk
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => (lines ? line !== '' : line.startsWith('data:')))
    .map((line) => (lines ? line : line.slice(5)));

function isError(event: string): boolean {
  const error = fields(parsed(event))?.error;
  return error !== undefined && error !== null;
}

/** What has to be written first so that an event begins on a line of its own, given the last bytes that were written. */
export function eventGap(last: Buffer | null): string {
  if (!last || last.length === 0) return '';
  const end = last.subarray(Math.max(0, last.length - 4)).toString('latin1');
  if (end.endsWith('\n\n') || end.endsWith('\r\n\r\n')) return '';
  return end.endsWith('\n') ? '\n' : '\n\n';
}
