import type { Dialect } from '../dialect.ts';
import { type Failure, stackyardPart } from '../failure.ts';

const failed = (failure: Failure, requestId: string): string =>
  JSON.stringify({ error: failure.message, stackyard: stackyardPart(failure, requestId) });

/** Ollama's way: an error is a word, a stream is lines of JSON. Nothing is said in one before a target answers. */
export const ollamaDialect: Dialect = {
  failureBody: failed,
  breakOff: (last, failure, id) =>
    `${last === null || last.length === 0 || last.at(-1) === 0x0a ? '' : '\n'}${failed(failure, id)}\n`,
  engineError: (json) => `${json}\n`,
  waiting: () => '',
  routed: () => '',
};
