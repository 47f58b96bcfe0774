import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ModelRoute } from '../../shared/contract/router.ts';
import { type Access, type Identity, mayUse } from './access.ts';
import { collectBody } from './body.ts';
import type { Sight } from './candidates.ts';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { Exchange } from './exchange.ts';
import { type Failure, failureStatus } from './failure.ts';
import { findModel, listedModels, modelObject, readiness } from './models.ts';
import { nearNames } from './near.ts';
import type { Plane } from './plane.ts';
import { clientOf, NOTHING_TOLD, requestRecord } from './record.ts';
import type { RequestBody } from './request-body.ts';
import { type Compiled, knownNames, resolve, resolveName } from './resolve.ts';
import { allowOrigin, createTurn, routeHeaders, sendFailure, sendJson, type Turn } from './turn.ts';

export interface HandlerOptions {
  readonly plane: Plane;
  /** The access rules of the table in force. */
  access(): Access;
  /** Seconds since 1970 at which the router began. */
  readonly created: number;
}

/** Answers one HTTP request: who may come in, which path it is, and then a list, a health word, or an exchange with an engine. */
export function createHandler(options: HandlerOptions): (req: IncomingMessage, res: ServerResponse) => void {
  const { plane } = options;
  return (req, res) => {
    const turn = createTurn(req, res, plane.now());
    // A client that resets its connection is seen through 'close'; without a listener 'error' would end the process.
    res.on('error', () => {});
    const access = options.access();
    const refused = access.host(req.headers.host) ?? access.origin(req.headers.origin);
    if (refused) {
      sendFailure(turn, refused);
      return;
    }
    if (req.headers.origin !== undefined) allowOrigin(turn, req.headers.origin);
    if (req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined) {
      preflight(turn);
      return;
    }
    route(options, turn, access);
  };
}

function route(options: HandlerOptions, turn: Turn, access: Access): void {
  const { plane } = options;
  const { path, req } = turn;
  const read = req.method === 'GET' || req.method === 'HEAD';
  if (path === '/health' || path === '/ready') {
    if (!read) wrongMethod(turn, 'GET');
    else if (path === '/health') sendJson(turn, 200, '{"status":"ok"}');
    else ready(turn, sight(plane));
    return;
  }
  const identity = access.identify(req.headers, Date.now());
  if ('code' in identity) {
    sendFailure(turn, identity);
    return;
  }
  const endpoint = ENDPOINTS.get(path);
  if (endpoint) {
    if (req.method === 'POST') void answerModel(plane, turn, identity, endpoint);
    else wrongMethod(turn, 'POST');
  } else if (path === '/v1/models' || path.startsWith('/v1/models/')) {
    if (read) models(turn, sight(plane), options.created);
    else wrongMethod(turn, 'GET');
  } else {
    sendFailure(turn, { code: 'not_found', message: `There is no ${req.method} ${path.slice(0, 200)} here.` });
  }
}

async function answerModel(
  plane: Plane,
  turn: Turn,
  identity: Identity,
  { ways, read, early }: Endpoint,
): Promise<void> {
  const bytes = await collectBody(turn.req, plane.compiled.table.limits.max_body);
  if (bytes === null) return;
  if (!Buffer.isBuffer(bytes)) {
    refuse(plane, turn, { body: null, identity, model: null }, bytes);
    return;
  }
  const body = read(bytes, turn.req.headers['content-type']);
  if ('problem' in body) {
    refuse(plane, turn, { body: null, identity, model: null }, { code: 'invalid_request', message: body.problem });
    return;
  }
  const { compiled } = plane;
  const entry = resolve(compiled, body.model);
  if (!entry) {
    refuse(plane, turn, { body, identity, model: null }, unknownModel(compiled, body.model));
    return;
  }
  if (!mayUse(identity.key, body.model, entry.id)) {
    const message = `The key "${identity.key?.name}" may not use ${body.model ?? entry.id}.`;
    refuse(plane, turn, { body, identity, model: entry.id }, { code: 'model_not_allowed', message });
    return;
  }
  const limited = identity.key && plane.rates.admit(identity.key, plane.now());
  if (limited) {
    refuse(plane, turn, { body, identity, model: entry.id }, limited);
    return;
  }
  const entries = [entry, ...fallbacks(compiled, entry, identity)];
  new Exchange(plane, turn, { ways, body, early, entries, key: identity.key }).start();
}

/** The entries that stand in for one that can't answer; those that the key may not use are left out. */
function fallbacks(compiled: Compiled, entry: ModelRoute, identity: Identity): ModelRoute[] {
  return entry.fallbacks.flatMap((name) => {
    const other = resolveName(compiled, name);
    return other && other !== entry && mayUse(identity.key, name, other.id) ? [other] : [];
  });
}

function unknownModel(compiled: Compiled, asked: string | null): Failure {
  if (asked === null) {
    return { code: 'invalid_request', message: '`model` is missing.' };
  }
  const near = nearNames(asked, knownNames(compiled));
  const hint = near.length > 0 ? ` Did you mean ${near.join(', ')}?` : ' GET /v1/models lists every name.';
  return {
    code: 'model_not_found',
    message: `There is no model ${JSON.stringify(asked.slice(0, 256))}.${hint}`,
    near,
  };
}

/** A model request that ends before any target was looked for; noted like the others. */
function refuse(
  plane: Plane,
  turn: Turn,
  known: { readonly body: RequestBody | null; readonly identity: Identity; readonly model: string | null },
  failure: Failure,
): void {
  const { body, identity, model } = known;
  sendFailure(turn, failure, routeHeaders({ model, route: null, attempts: 0 }));
  plane.record(
    requestRecord({
      turn,
      client: clientOf(turn, identity.key),
      asked: body?.model?.slice(0, 256) ?? null,
      stream: body?.stream ?? false,
      told: { ...NOTHING_TOLD, model, status: failureStatus(failure) },
      queued: 0,
      outcome: 'error',
      failure,
      trace: null,
      now: plane.now(),
    }),
  );
}

function models(turn: Turn, at: Sight, created: number): void {
  if (turn.path === '/v1/models' || turn.path === '/v1/models/') {
    const data = listedModels(at).map((model) => modelObject(at, model, created));
    sendJson(turn, 200, JSON.stringify({ object: 'list', data }));
    return;
  }
  const name = decodeName(turn.path.slice('/v1/models/'.length));
  const model = name === null ? null : findModel(at, name);
  if (model) sendJson(turn, 200, JSON.stringify(modelObject(at, model, created)));
  else sendFailure(turn, unknownModel(at.compiled, name ?? ''));
}

/** Ids contain `/`, raw or as `%2F`; `null` when the encoding is broken. */
function decodeName(raw: string): string | null {
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

function ready(turn: Turn, at: Sight): void {
  const body = readiness(at);
  sendJson(turn, body.status === 'ready' ? 200 : 503, JSON.stringify(body));
}

function wrongMethod(turn: Turn, allowed: string): void {
  const message = `${turn.path} takes ${allowed}, not ${turn.req.method}.`;
  sendFailure(turn, { code: 'method_not_allowed', message }, ['allow', allowed]);
}

/** Answers a browser's question whether its page may send the real request. */
function preflight(turn: Turn): void {
  const { headers } = turn.req;
  const wanted = headers['access-control-request-headers'];
  turn.res.writeHead(204, [
    ...['x-stackyard-request-id', turn.id],
    ...turn.cors,
    ...['access-control-allow-methods', 'GET, POST, OPTIONS', 'access-control-max-age', '600'],
    ...(wanted === undefined ? [] : ['access-control-allow-headers', wanted]),
    ...(headers['access-control-request-private-network'] === 'true'
      ? ['access-control-allow-private-network', 'true']
      : []),
  ]);
  turn.res.end();
}

const sight = (plane: Plane): Sight => ({
  compiled: plane.compiled,
  live: plane.live,
  cooldowns: plane.cooldowns,
  now: plane.now(),
});
