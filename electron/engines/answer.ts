import type { Answer, Verdict } from './profile.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The verdict on an answer that every kind judges alike, or `null` when its status has to be looked at. */
export function judgeSilence(answer: Answer): Verdict | null {
  if (answer.status !== null) return null;
  if (answer.code === 'invalid') {
    return { state: 'bad', progress: null, message: `What answers there does not speak HTTP: ${answer.message}` };
  }
  return { state: 'silent', progress: null, message: sentence(answer.message) };
}

const sentence = (clause: string): string =>
  `${clause.charAt(0).toUpperCase()}${clause.slice(1).replace(/\.$/, '')}.`;

/** A refused or missing API key, said so that a person knows what to set. */
export function judgeKey(answer: Answer): Verdict | null {
  if (answer.status !== 401 && answer.status !== 403) return null;
  return {
    state: 'bad',
    progress: null,
    message: `The server refuses the API key (HTTP ${answer.status}). Set the engine’s \`api_key\`.`,
  };
}

/** Verdict for an answer that a healthy server of this kind does not give. */
export function unexpected(answer: Answer, path: string): Verdict {
  const said = errorMessage(answer);
  const message = `The server answered ${path} with HTTP ${answer.status}${said === null ? '' : `: ${said}`}`;
  return { state: 'bad', progress: null, message };
}

export const READY: Verdict = { state: 'ready', progress: null, message: null };

/** `error.message` of an OpenAI error body, or FastAPI's `detail`. */
export function errorMessage(answer: Answer): string | null {
  if (answer.status === null) return null;
  const body = fields(answer.json);
  const error = body?.error;
  return text(fields(error)?.message) ?? text(error) ?? text(body?.detail);
}

/** A JSON object's fields; `null` for anything else. */
export function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The objects in a JSON array; `null` when it isn't one. */
export function objects(value: unknown): readonly Fields[] | null {
  return Array.isArray(value) ? value.map(fields).filter((item) => item !== null) : null;
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
