import { anthropicDialect } from './anthropic/dialect.ts';
import { COUNT_TOKENS, MESSAGES } from './anthropic/endpoint.ts';
import { type Dialect, openaiDialect } from './dialect.ts';
import type { Endpoint } from './endpoint.ts';
import { multipartBody } from './multipart.ts';
import { ollamaDialect } from './ollama/dialect.ts';
import { OLLAMA_ENDPOINTS } from './ollama/endpoint.ts';
import { jsonBody } from './request-body.ts';
import { passThrough } from './way.ts';

const passed = (protocol: Parameters<typeof passThrough>[0], suffix: string, early: boolean): Endpoint => ({
  ways: [passThrough(protocol, suffix)],
  read: (bytes) => jsonBody(bytes),
  early,
});

const form = (suffix: string): Endpoint => ({
  ways: [passThrough('audio', suffix)],
  read: multipartBody,
  early: false,
});

/** Model endpoints by path; all take POST. */
export const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ['/v1/chat/completions', passed('chat', '/chat/completions', true)],
  ['/v1/completions', passed('completions', '/completions', true)],
  ['/v1/embeddings', passed('embeddings', '/embeddings', false)],
  ['/v1/responses', passed('responses', '/responses', true)],
  ['/v1/rerank', passed('rerank', '/rerank', false)],
  ['/v1/audio/transcriptions', form('/audio/transcriptions')],
  ['/v1/audio/translations', form('/audio/translations')],
  ['/v1/audio/speech', passed('audio', '/audio/speech', false)],
  ['/v1/messages', MESSAGES],
  ['/v1/messages/count_tokens', COUNT_TOKENS],
  ...OLLAMA_ENDPOINTS,
]);

/** In whose words the gateway answers at a path. */
export function dialectOf(path: string): Dialect {
  if (path.startsWith('/v1/messages')) return anthropicDialect;
  return path.startsWith('/api/') ? ollamaDialect : openaiDialect;
}
