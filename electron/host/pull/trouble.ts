/** What can go wrong with a download, in the words of the person who waits for it, and whether trying again may help. */

import type { ErrorCode } from '../../../shared/errors.ts';
import { StackyardError } from '../../../shared/errors.ts';

/** A failure that may pass by itself; `afterMs` is what the server asked for. */
export class Passing extends StackyardError {
  readonly afterMs: number | null;
  constructor(message: string, { afterMs = null, cause }: { afterMs?: number | null; cause?: unknown } = {}) {
    super('download_failed', message, { cause, hint: 'What is there is kept: try again later.' });
    this.afterMs = afterMs;
  }
}

/** For an answer that is neither the file nor a way to it. */
export function answerTrouble(
  status: number,
  host: string,
  asks: { hub: boolean; afterMs: number | null },
): StackyardError {
  if (status === 401 || status === 403) {
    return new StackyardError('download_denied', `${host} answers ${status}: it does not give us this file.`, {
      hint: asks.hub
        ? 'Check the name. For a gated or private repository accept its terms on its page, and give a token as HF_TOKEN or as the secret `huggingface`.'
        : 'Use an address that needs no login, or download it with your browser.',
    });
  }
  if (status === 404 || status === 410) {
    return new StackyardError('download_failed', `${host} has no such file (${status}).`, {
      hint: 'Check the spelling; capitals count.',
    });
  }
  if (status === 429) return new Passing(`${host} has had too many requests (429).`, { afterMs: asks.afterMs });
  if (status === 408 || status >= 500) {
    return new Passing(`${host} is in trouble (${status}).`, { afterMs: asks.afterMs });
  }
  return failed(`${host} answers ${status} instead of the file.`);
}

/** For a connection that did not come about or broke. `met` = the server has answered before, so its name and port are right. */
export function networkTrouble(error: unknown, host: string, met: boolean): StackyardError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (/^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) {
    return failed(`The certificate of ${host} can’t be trusted (${code}).`, 'Is the computer’s clock right?');
  }
  if (code === 'UND_ERR_BODY_TIMEOUT') return new Passing(`${host} has sent nothing for too long.`, { cause: error });
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return new Passing(`${host} does not answer.`, { cause: error });
  const firm = { ECONNREFUSED: `Nothing answers at ${host}.`, ENOTFOUND: `There is no server ${host}.` }[code];
  if (firm !== undefined && !met) return failed(firm, 'Check the address and your connection to the internet.');
  return new Passing(`The connection to ${host} broke (${code || message}).`, { cause: error });
}

/** For a failed write; `null` when it is about something else. */
export function diskTrouble(error: unknown, folder: string): StackyardError | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StackyardError('disk_full', `There is no more space in ${folder}.`, {
      hint: 'Free some space and try again: what is there is kept.',
      cause: error,
    });
  }
  if (code === 'EFBIG') return failed(`The disk of ${folder} can’t hold a file that large.`, 'Use another folder.');
  const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return denied
    ? of('permission_denied', `Stackyard may not write into ${folder}.`, 'Check who owns the folder.')
    : null;
}

export const failed = (message: string, hint: string | null = null): StackyardError =>
  of('download_failed', message, hint);

const of = (code: ErrorCode, message: string, hint: string | null) => new StackyardError(code, message, { hint });
