import type { ModelRoute } from '../../shared/contract/router.ts';
import type { Failure } from './failure.ts';
import { Untranslatable } from './refusal.ts';
import type { RequestBody } from './request-body.ts';
import type { Compiled } from './resolve.ts';
import type { Way } from './way.ts';

export interface UsableWays {
  readonly ways: readonly Way[];
  /** Why some of an endpoint's ways are not among them; `null` = all are. */
  readonly refused: Failure | null;
}

/**
 * The ways in which this one request can be put to the targets of its entries. Of what can't be translated only a target that
 * speaks the client's own protocol comes into question, and no other is woken for it in vain. The body is looked into only when
 * some target would need the translation.
 */
export function usableWays(
  compiled: Compiled,
  ways: readonly Way[],
  body: RequestBody,
  entries: readonly ModelRoute[],
): UsableWays {
  if (ways.every(({ translation }) => translation === null)) return { ways, refused: null };
  let refused: Failure | null = null;
  const needed = new Set(
    entries.flatMap(({ targets }) => targets.map(({ engine }) => firstWay(compiled, ways, engine))),
  );
  const usable = ways.filter((way) => {
    if (way.translation === null || !needed.has(way)) return true;
    refused ??= whyNot(way, body);
    return refused === null;
  });
  return { ways: usable, refused };
}

const firstWay = (compiled: Compiled, ways: readonly Way[], engine: string): Way | undefined => {
  const speaks = compiled.engines.get(engine)?.speaks ?? [];
  return ways.find(({ protocol }) => speaks.includes(protocol));
};

function whyNot(way: Way, body: RequestBody): Failure | null {
  try {
    way.translation?.(body);
    return null;
  } catch (error) {
    return unreadable(error);
  }
}

/** The 400 for a body that could not be made into what an engine gets. */
export function unreadable(error: unknown): Failure {
  const { message } = error as Error;
  return {
    code: 'invalid_request',
    message: error instanceof Untranslatable ? message : `The body is not valid JSON: ${message}`,
  };
}
