import { fields, number, parsed, text } from './json.ts';

/** An engine's JSON error as one line; empty when it is none. */
export function oneLineError(body: string): string {
  const found = fields(parsed(body));
  return found !== null && 'error' in found ? JSON.stringify(found) : '';
}

/** The message of an engine's error body, or the beginning of whatever it sent. */
export function errorText(body: string): string {
  const error = fields(parsed(body))?.error;
  return text(fields(error)?.message) ?? text(error) ?? (body.trim().slice(0, 200) || 'no text');
}

/**
 * What an engine's error answer is about, where that changes what is done next.
 * `loading` wait · `overflow` the prompt does not fit, so only a larger context helps · `memory` the same target would fail again.
 */
export type ErrorClass =
  | { readonly is: 'loading' | 'memory' | 'other' }
  /** `limit`: tokens that fit, where told. */
  | { readonly is: 'overflow'; readonly limit: number | null };

/** llama-server's 503 while the model is being read (recorded). */
const LOADING = /"message"\s*:\s*"Loading model"/i;

/**
 * llama-server `exceed_context_size_error` (recorded) · OpenAI and LiteLLM `context_length_exceeded`, `ContextWindowExceededError` ·
 * vLLM "This model's maximum context length is N tokens" (vllm entrypoints/openai/serving_engine.py) · llama-cpp-python
 * "Requested tokens (N) exceed context window of M" (llama_cpp/llama.py).
 */
const OVERFLOW =
  /exceed_context_size_error|context_length_exceeded|ContextWindowExceededError|maximum context length is|exceeds? (?:the )?(?:available )?context (?:size|window|length)/i;

/**
 * CUDA's and ggml's words (ggml-cuda, torch), Ollama's "model requires more system memory (…) than is available" (server/sched.go).
 */
const MEMORY = /out of memory|OutOfMemoryError|requires more system memory|failed to allocate|insufficient memory/i;

export function classify(status: number, body: string): ErrorClass {
  if (status === 503 && LOADING.test(body)) return { is: 'loading' };
  if (status >= 400 && status < 500 && OVERFLOW.test(body)) return { is: 'overflow', limit: limitIn(body) };
  return { is: status >= 500 && MEMORY.test(body) ? 'memory' : 'other' };
}

function limitIn(body: string): number | null {
  const told = number(fields(fields(parsed(body))?.error)?.n_ctx);
  const said = /maximum context length is (\d+)|context (?:size|window|length)(?: of)? \(?(\d+)/i.exec(body);
  return told ?? (said ? Number(said[1] ?? said[2]) : null);
}

/** Seconds of a `Retry-After`, a number or a date; `null` when it says neither. */
export function retryAfterOf(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, (at - now) / 1000);
}
