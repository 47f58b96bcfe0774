import type { EngineRoute } from '../../../shared/contract/router.ts';
import type { Protocol } from '../../../shared/model.ts';
import type { Endpoint } from '../endpoint.ts';
import { type Fields, fields } from '../json.ts';
import { jsonBody, type RequestBody } from '../request-body.ts';
import { applyParams } from '../rewrite.ts';
import { below, type Translation, type Way } from '../way.ts';
import { type Asked, chatLines, embeddings, generateLines } from './answer.ts';
import { chatRequest, embedRequest, generateRequest, isLoad, type Translated } from './chat-request.ts';

/** To a real Ollama: the same path, the same bytes. */
const native = (path: string): Way => ({
  protocol: 'ollama',
  address: (engine: EngineRoute) => below(engine.root_url, path),
  body: (request, entry, target) => request.forTarget(entry, target),
  translation: null,
});

function translated(
  protocol: Protocol,
  suffix: string,
  put: (body: Fields) => Translated,
  answer: (asked: Asked, body: Fields) => Translation,
): Way {
  const known = new WeakMap<RequestBody, { readonly body: Fields; readonly made: Translated }>();
  const look = (request: RequestBody) => {
    const before = known.get(request);
    if (before) return before;
    const body = fields(JSON.parse(request.bytes.toString('utf8'))) ?? {};
    const found = { body, made: put(body) };
    known.set(request, found);
    return found;
  };
  return {
    protocol,
    address: (engine) => below(engine.base_url, suffix),
    body: (request, entry, target) => [
      Buffer.from(JSON.stringify(applyParams(look(request).made.openai, entry.params, target.model))),
    ],
    translation: (request) => {
      const { body, made } = look(request);
      return answer({ model: request.model ?? '', streaming: request.stream, dropped: made.dropped }, body);
    },
  };
}

/** Ollama streams unless told not to; its streams never begin before a target answers. */
const endpoint = (path: string, way: Way, streams: boolean): Endpoint => ({
  ways: [native(path), way],
  read: (bytes) => jsonBody(bytes, streams),
  // Without a tag a name means `:latest`; names from elsewhere have no tags.
  otherName: (name) => (name.endsWith(':latest') ? name.slice(0, -':latest'.length) : null),
  early: false,
});

/** The model endpoints of Ollama's API, by path. */
export const OLLAMA_ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ['/api/chat', endpoint('/api/chat', translated('chat', '/chat/completions', chatRequest, chatLines), true)],
  [
    '/api/generate',
    endpoint(
      '/api/generate',
      translated('chat', '/chat/completions', generateRequest, (asked, body) => generateLines(asked, isLoad(body))),
      true,
    ),
  ],
  [
    '/api/embed',
    endpoint(
      '/api/embed',
      translated('embeddings', '/embeddings', embedRequest, (asked) => embeddings(asked, false)),
      false,
    ),
  ],
  [
    '/api/embeddings',
    endpoint(
      '/api/embeddings',
      translated('embeddings', '/embeddings', embedRequest, (asked) => embeddings(asked, true)),
      false,
    ),
  ],
]);

/** What only a real Ollama can do, for a name whose target is one. */
export const onlyOllama = (path: string): Endpoint => ({
  ways: [native(path)],
  read: (bytes) => jsonBody(bytes, true),
  early: false,
});
