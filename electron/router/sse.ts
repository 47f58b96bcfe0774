/** A comment line of an SSE stream: clients skip it, connections stay alive by it. */
export const sseComment = (text: string): string => `: stackyard ${text}\n\n`;

/** One `data:` event. */
export const sseData = (json: string): string => `data: ${json}\n\n`;

/**
 * Whether the first event of a stream is an error: llama-server and Ollama may answer 200 and then fail. Parses that one event;
 * one that is cut in the middle counts as no error.
 */
export function startsWithError(chunk: Buffer): boolean {
  if (chunk.indexOf('"error"') < 0) return false;
  for (const line of chunk.toString('utf8').split(/\r?\n/)) {
    if (!line.startsWith('data:')) continue;
    try {
      const event: unknown = JSON.parse(line.slice(5));
      const error = (event as { error?: unknown } | null)?.error;
      return error !== undefined && error !== null;
    } catch {
      return false;
    }
  }
  return false;
}

/** What has to be written first so that an event begins on a line of its own, given the last bytes that were written. */
export function eventGap(last: Buffer | null): string {
  if (!last || last.length === 0) return '';
  const end = last.subarray(Math.max(0, last.length - 4)).toString('latin1');
  if (end.endsWith('\n\n') || end.endsWith('\r\n\r\n')) return '';
  return end.endsWith('\n') ? '\n' : '\n\n';
}
