import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Access, type Identity, mayUse } from './access.ts';
import { answerModel, unknownModel } from './answer-model.ts';
import { readBody } from './body.ts';
import type { Sight } from './candidates.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Metrics } from './metrics.ts';
import { findModel, listedModels, modelObject, readiness } from './models.ts';
import { answerOllama } from './ollama/answer-ollama.ts';
import { type Plane, sightOf } from './plane.ts';
import { allowOrigin, createTurn, sendFailure, sendJson, sendText, type Turn, wrongMethod } from './turn.ts';
import { malformed } from './well-formed.ts';

export interface HandlerOptions {
  readonly plane: Plane;
  readonly metrics: Metrics;
  /** The access rules of the table in force. */
  access(): Access;
  /** Takes what went wrong in our own code. */
  warn(text: string): void;
  /** Seconds since 1970 at which the router began. */
  readonly created: number;
}

/** Answers one HTTP request: who may come in, which path it is, and then a list, a health word, or an exchange with an engine. */
export function createHandler(options: HandlerOptions): (req: IncomingMessage, res: ServerResponse) => void {
  const { plane } = options;
  return (req, res) => {
    const turn = createTurn(req, res, plane.now());
    // A client that resets its connection is seen through 'close'; without a listener 'error' would end the process.
    res.on('error', ignore);
    const access = options.access();
    const broken = malformed(req);
    if (broken) {
      // Where the next request begins on this connection can't be trusted either.
      sendFailure(turn, broken, ['connection', 'close']);
      return;
    }
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
    try {
      route(options, turn, access)?.catch((error) => stumbled(options, turn, error));
    } catch (error) {
      stumbled(options, turn, error);
    }
  };
}

const ignore = (): void => {};

/** One request that hits a mistake of ours must not end the process, and with it everybody else's. */
function stumbled({ warn }: HandlerOptions, turn: Turn, error: unknown): void {
  const { req, res, path } = turn;
  warn(`${req.method} ${path.slice(0, 200)} failed: ${(error as Error).stack ?? String(error)}`);
  if (res.headersSent) res.destroy();
  else sendFailure(turn, { code: 'internal', message: 'The gateway itself failed; its log says more.' });
}

function route(options: HandlerOptions, turn: Turn, access: Access): Promise<void> | undefined {
  const { plane } = options;
  const { path, req } = turn;
  const read = req.method === 'GET' || req.method === 'HEAD';
  if (path === '/health' || path === '/ready') {
    if (!read) wrongMethod(turn, 'GET');
    else if (path === '/health') sendJson(turn, 200, '{"status":"ok"}');
    else ready(turn, sightOf(plane));
    return undefined;
  }
  const identity = access.identify(req.headers, Date.now());
  if ('code' in identity) {
    sendFailure(turn, identity);
    return undefined;
  }
  const endpoint = ENDPOINTS.get(path);
  if (endpoint && req.method === 'POST') {
    readBody(turn, plane.compiled.table.limits.max_body, (body) => {
      try {
        answerModel(plane, turn, identity, endpoint, body);
      } catch (error) {
        stumbled(options, turn, error);
      }
    });
    return undefined;
  }
  if (endpoint) wrongMethod(turn, 'POST');
  else if (path.startsWith('/api/')) return answerOllama(plane, turn, identity);
  else if (path === '/v1/models' || path.startsWith('/v1/models/')) {
    if (read) models(turn, identity, sightOf(plane), options.created);
    else wrongMethod(turn, 'GET');
  } else if (path === '/metrics') {
    if (read) return sendMetrics(turn, options);
    wrongMethod(turn, 'GET');
  } else {
    sendFailure(turn, { code: 'not_found', message: `There is no ${req.method} ${path.slice(0, 200)} here.` });
  }
  return undefined;
}

async function sendMetrics(turn: Turn, { metrics, plane }: HandlerOptions): Promise<void> {
  const { text, type } = await metrics.read(plane);
  sendText(turn, text, type);
}

/** A key sees the models that it may use. */
function models(turn: Turn, { key }: Identity, at: Sight, created: number): void {
  if (turn.path === '/v1/models' || turn.path === '/v1/models/') {
    const mine = listedModels(at).filter(({ id, entry }) => mayUse(key, id, entry?.id ?? null));
    const data = mine.map((model) => modelObject(at, model, created));
    sendJson(turn, 200, JSON.stringify({ object: 'list', data }));
    return;
  }
  const name = decodeName(turn.path.slice('/v1/models/'.length));
  const found = name === null ? null : findModel(at, name);
  const model = found && mayUse(key, found.id, found.entry?.id ?? null) ? found : null;
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

/** Answers a browser's question whether its page may send the real request. */
function preflight(turn: Turn): void {
  const { headers } = turn.req;
  const wanted = headers['access-control-request-headers'];
  turn.res.writeHead(204, [
    ...['x-stackyard-request-id', turn.id],
    ...turn.cors,
    ...['access-control-allow-methods', 'GET, POST, DELETE, OPTIONS', 'access-control-max-age', '600'],
    ...(wanted === undefined ? [] : ['access-control-allow-headers', wanted]),
    ...(headers['access-control-request-private-network'] === 'true'
      ? ['access-control-allow-private-network', 'true']
      : []),
  ]);
  turn.res.end();
}
