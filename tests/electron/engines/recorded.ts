import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../../electron/engines/profile.ts';

const folder = join(import.meta.dirname, '../../fixtures/recordings/llama-server');

/** What a real llama-server b11669 answered, as the host would hand it to a profile. */
export function recorded(name: string): Answer {
  const { response } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
    response: { status: number; headers: Record<string, string>; json: unknown };
  };
  return answer(response.status, response.json, response.headers);
}

/** The `data` of each event of a recorded stream, parsed. */
export function recordedEvents(name: string): unknown[] {
  const { response } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
    response: { stream: { data: string }[] };
  };
  return response.stream.map(({ data }) => JSON.parse(data.replace(/^data: /, '')));
}

/** An answer made up from documentation. */
export function answer(status: number, json: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: typeof json === 'string' ? json : JSON.stringify(json), json };
}

/** No answer at all. */
export function silence(code: 'refused' | 'timeout' | 'reset' | 'invalid' | 'unreachable'): Answer {
  return { status: null, code, message: `it is ${code}` };
}
