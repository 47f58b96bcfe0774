import { type Identity, mayUse } from '../access.ts';
import { answerModel, unknownModel } from '../answer-model.ts';
import { readBody } from '../body.ts';
import { candidates } from '../candidates.ts';
import type { Failure } from '../failure.ts';
import { fields, parsed, text } from '../json.ts';
import { type Plane, sightOf } from '../plane.ts';
import { resolveName } from '../resolve.ts';
import { sendFailure, sendJson, type Turn, wrongMethod } from '../turn.ts';
import { onlyOllama } from './endpoint.ts';
import { inMemory, OLLAMA_API, show, tags } from './lists.ts';

/** What changes an Ollama's store: only a real one can do it. */
const CHANGES: ReadonlyMap<string, 'POST' | 'DELETE'> = new Map([
  ['/api/pull', 'POST'],
  ['/api/push', 'POST'],
  ['/api/create', 'POST'],
  ['/api/copy', 'POST'],
  ['/api/delete', 'DELETE'],
]);

/** The rest of Ollama's API beside its model endpoints (contract: HTTP): lists from the table, changes to a real Ollama only. */
export async function answerOllama(plane: Plane, turn: Turn, identity: Identity): Promise<void> {
  const { path, req } = turn;
  const get = req.method === 'GET' || req.method === 'HEAD';
  const lists: Record<string, () => object> = {
    '/api/tags': () => tags(sightOf(plane), identity.key),
    '/api/ps': () => inMemory(sightOf(plane), identity.key),
    '/api/version': () => ({ version: OLLAMA_API }),
  };
  const list = lists[path];
  const change = CHANGES.get(path);
  if (list) {
    if (get) sendJson(turn, 200, JSON.stringify(list()));
    else wrongMethod(turn, 'GET');
  } else if (path === '/api/show') {
    if (req.method === 'POST') await answerShow(plane, turn, identity);
    else wrongMethod(turn, 'POST');
  } else if (change !== undefined) {
    if (req.method !== change) wrongMethod(turn, change);
    else await answerChange(plane, turn, identity);
  } else {
    sendFailure(turn, { code: 'not_found', message: `There is no ${req.method} ${path.slice(0, 200)} here.` });
  }
}

/** A ready Ollama knows most of its own models; of others what the table tells. */
async function answerShow(plane: Plane, turn: Turn, identity: Identity): Promise<void> {
  const body = await named(plane, turn);
  if (body === null) return;
  const { name, bytes, current } = body;
  const sight = sightOf(plane);
  const entry = name === null ? null : resolveName(plane.compiled, name);
  if (current && entry && candidates(sight, entry, ['ollama']).candidates.some(({ tier }) => tier <= 2)) {
    answerModel(plane, turn, identity, onlyOllama(turn.path), bytes);
    return;
  }
  const known = name === null || !mayUse(identity.key, name, entry?.id ?? null) ? null : show(sight, name);
  if (known) sendJson(turn, 200, JSON.stringify(known));
  else sendFailure(turn, unknownModel(plane.compiled, name));
}

async function answerChange(plane: Plane, turn: Turn, identity: Identity): Promise<void> {
  const body = await named(plane, turn);
  if (body === null) return;
  const entry = body.name === null ? null : resolveName(plane.compiled, body.name);
  if (entry && candidates(sightOf(plane), entry, ['ollama']).candidates.length > 0) {
    answerModel(plane, turn, identity, onlyOllama(turn.path), body.bytes);
    return;
  }
  const message = `${turn.path} only works for models that an Ollama serves. To get a model, use \`stackyard pull\`.`;
  sendFailure(turn, { code: 'not_supported_by_engine', message });
}

/** The body with the name in it; `null` when it was answered already, or nobody waits any more. */
async function named(
  plane: Plane,
  turn: Turn,
): Promise<{ readonly bytes: Buffer; readonly name: string | null; readonly current: boolean } | null> {
  const bytes = await new Promise<Buffer | Failure | null>((take) =>
    readBody(turn, plane.compiled.table.limits.max_body, take),
  );
  if (bytes === null) return null;
  if (Buffer.isBuffer(bytes)) {
    const body = fields(parsed(bytes.toString('utf8')));
    // Older clients say `name`.
    return { bytes, name: text(body?.model) ?? text(body?.name), current: typeof body?.model === 'string' };
  }
  sendFailure(turn, bytes);
  return null;
}
