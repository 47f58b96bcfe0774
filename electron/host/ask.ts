import type { Answer, RequestSpec } from '../engines/profile.ts';
import { type ProbeAnswer, probe } from './http-probe.ts';

export interface AskOptions {
  /** Sent as `Authorization: Bearer`; `null` sends none. */
  readonly apiKey?: string | null;
  /** For the whole exchange. Default 2 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Puts one of a profile's questions to the server at `address` (see `addressOf`). Never throws. */
export async function ask(address: string, spec: RequestSpec, options: AskOptions = {}): Promise<Answer> {
  const { apiKey = null, timeoutMs, signal } = options;
  return answerOf(
    await probe(`${address}${spec.path}`, {
      method: spec.method,
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      ...(spec.body === undefined ? {} : { body: spec.body }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}

const CODES = {
  refused: 'refused',
  timeout: 'timeout',
  reset: 'reset',
  aborted: 'reset',
  unresolved: 'unreachable',
  unreachable: 'unreachable',
  invalid: 'invalid',
  too_large: 'invalid',
} as const;

function answerOf(answer: ProbeAnswer): Answer {
  if (!answer.ok) return { status: null, code: CODES[answer.code], message: answer.message };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: answer.status, headers, body: answer.body, json: answer.json };
}
