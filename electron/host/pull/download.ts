/**
 * Gets one file, whatever the network does meanwhile: goes on where it was, begins anew when the file is another one, gives up
 * within bounds, and hands out nothing that was not checked.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { StackyardError } from '../../../shared/errors.ts';
import { readHead, validatorOf } from '../../core/download-head.ts';
import { bytesWords } from '../../core/memory-words.ts';
import type { JobProgress } from '../jobs.ts';
import { type Followed, follow, type Linked } from './follow.ts';
import { MAGIC, PartFile } from './part-file.ts';
import { failed, networkTrouble, Passing } from './trouble.ts';

export interface Download {
  readonly url: string;
  /** Absolute path of the finished file. */
  readonly to: string;
  /** What the file is, without secrets: a part that belongs to another source is not gone on with. */
  readonly source: string;
  /** Sent to the url's own origin only. */
  readonly token: string | null;
  /** Whether the url is of a Hugging Face hub. */
  readonly hub: boolean;
  /** Given by the person; wins over what servers say. */
  readonly sha256: string | null;
}

export interface DownloadOptions {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly progress: (progress: JobProgress) => void;
  readonly patience: Patience;
}

/** How long a download puts up with trouble. */
export interface Patience {
  /** Tries in a row that bring nothing. */
  readonly tries: number;
  /** First pause, doubled each time to at most `longest`; ms. */
  readonly pause: number;
  readonly longest: number;
}

export const PATIENCE: Patience = { tries: 6, pause: 1_000, longest: 30_000 };
/** A server that wants us to come back later than this is told to people instead. */
const LONGEST_WAIT = 300_000;
/** A try that brings less than this counts as one that brought nothing. */
const WORTHWHILE = 64 * 1024;
/** A file may change while it is fetched, but not for ever. */
const MOST_BEGINNINGS = 2;

/**
 * Gives the complete, checked and synced part, open: `publish` or `close` it. When it throws, what is there is kept for the
 * next time, but for what is proved to be wrong.
 */
export async function download(file: Download, options: DownloadOptions): Promise<PartFile> {
  const { signal, patience, progress } = options;
  const part = await PartFile.open(file.to, file.source);
  const session: Session = { file, part, options, contact: { made: false }, begun: 0 };
  try {
    for (let fruitless = 0; ; ) {
      const before = part.size;
      try {
        await attempt(session);
        await part.sync();
        return part;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Passing)) throw error;
        fruitless = part.size >= before + WORTHWHILE ? 1 : fruitless + 1;
        if (fruitless >= patience.tries || (error.afterMs ?? 0) > LONGEST_WAIT) throw error;
        const wait = error.afterMs ?? Math.min(patience.longest, patience.pause * 2 ** (fruitless - 1));
        progress({ phase: 'waiting', doing: `${error.message.replace(/\.$/, '')}; trying again` });
        await pause(wait, undefined, { signal });
      }
    }
  } catch (error) {
    await part.close();
    signal.throwIfAborted();
    throw error;
  }
}

interface Session {
  readonly file: Download;
  readonly part: PartFile;
  readonly options: DownloadOptions;
  readonly contact: { made: boolean };
  /** How often what was there proved to be of another file. */
  begun: number;
}

async function attempt(session: Session): Promise<void> {
  const { part, options } = session;
  const { signal, progress } = options;
  progress({ phase: 'running', doing: 'connecting', done_bytes: part.size, total_bytes: part.notes?.total ?? null });
  // The last byte is asked for again when all seem to be there: its answer tells whether the file is still the same.
  const from = Math.max(0, Math.min(part.size, (part.notes?.total ?? Number.POSITIVE_INFINITY) - 1));
  const answer = await reach(session, from);
  const { expected, total } = await settle(session, from, answer);
  progress({ phase: 'running', doing: 'downloading', done_bytes: part.size, total_bytes: total });
  await receive(session, answer, total);
  if (total !== null && part.size < total) {
    throw new Passing(`${answer.host} promised ${total} bytes and ended after ${part.size}.`);
  }
  if (expected === null) return;
  progress({ phase: 'verifying', doing: 'checking its sha256' });
  const found = await part.sha256(signal);
  if (found === expected) return;
  await part.reset();
  throw new StackyardError('checksum_mismatch', `The sha256 of what came is ${found}, not ${expected}.`, {
    hint: 'It was thrown away. If that happens twice, either the checksum or the file on the server is wrong.',
  });
}

async function reach(session: Session, from: number): Promise<Followed> {
  const { file, part, options } = session;
  const { notes } = part;
  const range = (linked: Linked | null): Record<string, string> => {
    if (from === 0 || notes === null) return {};
    const identity = file.sha256 ?? linked?.sha256 ?? null;
    // The hash in the end proves the whole; servers of one network may well give a file different ETags.
    if (identity !== null && identity === notes.sha256) return { range: `bytes=${from}-` };
    const validator = validatorOf(notes);
    return validator === null ? {} : { range: `bytes=${from}-`, 'if-range': validator };
  };
  return follow(file.url, {
    dispatcher: options.dispatcher,
    token: file.token,
    hub: file.hub,
    headers: range,
    signal: options.signal,
    contact: session.contact,
  });
}

/** Decides by the head of the answer what becomes of the bytes that are there, and writes down what will come. */
async function settle(
  session: Session,
  from: number,
  answer: Followed,
): Promise<{ readonly expected: string | null; readonly total: number | null }> {
  const { file, part, options } = session;
  const { status, headers, linked, host, body } = answer;
  const head = readHead(status, headers);
  const give = async (error: Error): Promise<never> => {
    body.drop();
    throw error;
  };
  const anew = async (): Promise<never> => {
    await part.reset();
    session.begun += 1;
    const message = `${host} does not send the file that it has begun to send.`;
    return give(session.begun > MOST_BEGINNINGS ? failed(message) : new Passing(message));
  };
  if (status === 416) {
    if (from === 0) return give(failed(`${host} refuses to send the file (416).`));
    return anew();
  }
  if (head.isPage) {
    return give(
      new StackyardError('not_a_model', `${host} sent a web page instead of a file.`, {
        hint: 'Open the address in a browser: perhaps one has to log in or to accept something there.',
      }),
    );
  }
  const said = linked?.sha256 ?? head.sha256;
  const expected = file.sha256 ?? said;
  if (expected !== null && said !== null && said !== expected) {
    const message = `${host} says that the file’s sha256 is ${said}, not ${expected}.`;
    return give(new StackyardError('checksum_mismatch', message));
  }
  const { notes } = part;
  const sure = expected !== null && expected === notes?.sha256;
  if (status === 206) {
    const same =
      sure || ((head.etag ?? notes?.etag) === notes?.etag && (head.modified ?? notes?.modified) === notes?.modified);
    const sized = notes?.total === null || head.total === null || head.total === notes?.total;
    if (notes === null || head.from !== from || !same || !sized) return anew();
    await part.truncate(from);
  } else {
    // It ignored our range, or the file is another one: all of it comes.
    await part.truncate(0);
  }
  const total = head.total ?? linked?.size ?? null;
  if (linked?.size != null && total !== linked.size) {
    return give(failed(`${host} sends ${total} bytes, but the file has ${linked.size}.`));
  }
  const free = await part.free();
  if (total !== null && free !== null && total - part.size > free) {
    return give(
      new StackyardError(
        'disk_full',
        `The rest of the file needs ${bytesWords(total - part.size)}, and ${bytesWords(free)} are free.`,
        {
          hint: 'Free some space and try again.',
        },
      ),
    );
  }
  const { etag, modified } = head;
  await part.note({ version: 1, source: file.source, etag, modified, total, sha256: expected }).catch(give);
  if (expected !== null && part.size > 0) {
    options.progress({ phase: 'verifying', doing: 'checking what is there already' });
  }
  // Also when nothing is there: from now on it is hashed while it is written.
  if (expected !== null) await part.sha256(options.signal).catch(give);
  return { expected, total };
}

async function receive({ part, options }: Session, { body, host }: Followed, total: number | null): Promise<void> {
  const { progress } = options;
  try {
    for await (const chunk of body.chunks()) {
      if (part.size < MAGIC.length) refuseOthers(part.size, chunk, host);
      if (total !== null && part.size + chunk.length > total) {
        throw failed(`${host} promised ${total} bytes and sends more.`);
      }
      await part.append(chunk);
      progress({ done_bytes: part.size });
    }
  } catch (error) {
    options.signal.throwIfAborted();
    throw error instanceof StackyardError ? error : networkTrouble(error, host, true);
  }
}

/** A login page or an error in JSON must not become a model. */
function refuseOthers(at: number, chunk: Buffer, host: string): void {
  const expected = MAGIC.subarray(at, at + chunk.length);
  if (chunk.subarray(0, expected.length).equals(expected)) return;
  throw new StackyardError('not_a_model', `What ${host} sent is not a GGUF file.`);
}
