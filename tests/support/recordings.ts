import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../electron/engines/profile.ts';
import { top } from './tools.ts';

/** What a real engine answered, and what it was asked (tests/fixtures/recordings; `about.json` there says which build). */
export interface Recording {
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly json?: unknown;
    readonly text?: string;
    /** Of a stream: what came, and after how many milliseconds. */
    readonly pieces?: readonly { readonly ms: number; readonly data: string }[];
  };
}

export type RecordedEngine = 'ollama' | 'llama-cpp-python' | 'llama-server';

/** One recording by its file's name. */
export function recording(engine: RecordedEngine, name: string): Recording {
  return recordedFile(engine, name) as Recording;
}

/** A file of the recordings that is no exchange, e.g. `ends`. */
export function recordedFile(engine: RecordedEngine, name: string): unknown {
  return JSON.parse(readFileSync(join(top, 'tests/fixtures/recordings', engine, `${name}.json`), 'utf8'));
}

/** A recorded log, or the end of one. */
export function recordedLog(engine: RecordedEngine, name: string): string {
  return readFileSync(join(top, 'tests/fixtures/recordings', engine, `${name}.txt`), 'utf8');
}

/** The recorded response as the host hands it to a profile. */
export function recordedAnswer(engine: RecordedEngine, name: string): Answer {
  const { status, headers, json = null, text } = recording(engine, name).response;
  return { status, headers, body: text ?? JSON.stringify(json), json };
}

/** The whole body of a recorded stream. */
export function recordedStream(engine: RecordedEngine, name: string): string {
  return (recording(engine, name).response.pieces ?? []).map(({ data }) => data).join('');
}

/**
 * What a JSON value is made of, without its values: an object's keys with the shape of each, an array's different items once.
 * Two answers of one shape can be read by the same code.
 */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    const shapes = value.map((item) => JSON.stringify(shapeOf(item)));
    return [...new Set(shapes)].map((shape) => JSON.parse(shape));
  }
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, shapeOf(item)]),
  );
}

/** The shapes of a stream's messages (server-sent events, or a line of JSON each), each kind once, in order of appearance. */
export function streamShapes(body: string): string[] {
  const messages = body
    .split(/\r?\n/)
    .map((line) => line.replace(/^data: /, ''))
    .filter((line) => line !== '' && !line.startsWith('event:'));
  return [...new Set(messages.map((text) => (text === '[DONE]' ? text : JSON.stringify(shapeOf(JSON.parse(text))))))];
}
