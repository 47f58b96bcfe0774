import { type ModelRoute, TICKET_HEADER } from '../../shared/contract/router.ts';
import { type Identity, mayUse } from './access.ts';
import type { Endpoint } from './endpoint.ts';
import { Exchange } from './exchange.ts';
import { type Failure, failureStatus } from './failure.ts';
import { nearNames } from './near.ts';
import type { Plane } from './plane.ts';
import { clientOf, NOTHING_TOLD, requestRecord } from './record.ts';
import type { RequestBody } from './request-body.ts';
import { type Compiled, knownNames, resolve, resolveName } from './resolve.ts';
import { routeHeaders, sendFailure, type Turn } from './turn.ts';

/** A model request whose body was read, or could not be: its name is resolved, its key asked, and then it is on its way. */
export function answerModel(
  plane: Plane,
  turn: Turn,
  identity: Identity,
  { ways, read, early, otherName }: Endpoint,
  /** `null` = the client is gone. */
  bytes: Buffer | Failure | null,
): void {
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
  const entry = entryFor(compiled, body.model, otherName);
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
  const entries = entry.fallbacks.length === 0 ? [entry] : [entry, ...fallbacks(compiled, entry, identity)];
  const terms = plane.tickets.take(turn.req.headers[TICKET_HEADER], plane.now());
  new Exchange(plane, turn, { ways, body, early, entries, key: identity.key, terms }).start();
}

/** The entry for a name, also where only its other spelling leads to one. */
function entryFor(compiled: Compiled, name: string | null, otherName: Endpoint['otherName']): ModelRoute | null {
  const other = name === null ? null : (otherName?.(name) ?? null);
  if (name === null || other === null) return resolve(compiled, name);
  return resolveName(compiled, name) ?? resolveName(compiled, other) ?? resolve(compiled, name);
}

/** The entries that stand in for one that can't answer; those that the key may not use are left out. */
function fallbacks(compiled: Compiled, entry: ModelRoute, identity: Identity): ModelRoute[] {
  return entry.fallbacks.flatMap((name) => {
    const other = resolveName(compiled, name);
    return other && other !== entry && mayUse(identity.key, name, other.id) ? [other] : [];
  });
}

/** The failure for a name that nothing answers to. */
export function unknownModel(compiled: Compiled, asked: string | null): Failure {
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
  const record = requestRecord({
    turn,
    client: clientOf(turn, identity.key),
    asked: body?.model?.slice(0, 256) ?? null,
    stream: body?.stream ?? false,
    told: { ...NOTHING_TOLD, model, status: failureStatus(failure) },
    queued: 0,
    outcome: 'error',
    failure,
    trace: null,
    capture: null,
    now: plane.now(),
  });
  plane.ended(record, () => record);
}
