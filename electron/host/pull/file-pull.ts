/** Gets a GGUF file, or all parts of a split one, into an engine's folder of models. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { StackyardError } from '../../../shared/errors.ts';
import type { PullFile, PullSource } from '../../../shared/pull-source.ts';
import { readHead } from '../../core/download-head.ts';
import { readModelHeader } from '../gguf-header.ts';
import type { Job, JobProgress } from '../jobs.ts';
import { type Download, download, PATIENCE, type Patience } from './download.ts';
import { follow } from './follow.ts';
import type { Hub } from './hub.ts';
import { fileExists, isThere, type PartFile, removePart } from './part-file.ts';
import { failed } from './trouble.ts';

export interface FilePull {
  readonly source: PullSource;
  /** Absolute; made when it is not there. */
  readonly folder: string;
  readonly sha256: string | null;
  readonly hub: Hub;
  readonly patience?: Patience;
  /** A connection that brings nothing for so long is given up, ms. */
  readonly stall?: number;
}

const STALL = 30_000;
/** Files that are being written now: two engines may share a folder. */
const writing = new Set<string>();

/**
 * Downloads, checks and puts in place; gives the path of the file, or of the folder of a split one. Nothing gets its name before
 * all of it is checked.
 */
export async function pullFiles(
  pull: FilePull,
  job: Job,
  signal: AbortSignal,
): Promise<{ path: string; fresh: boolean }> {
  const { source } = pull;
  const files = source.files.map((file) => downloadOf(pull, file));
  const taken = files.find((file) => writing.has(file.to));
  if (taken !== undefined) throw failed(`${taken.to} is being downloaded already, for another engine.`);
  for (const file of files) writing.add(file.to);
  const dispatcher = connections(pull);
  const parts: PartFile[] = [];
  try {
    const path = source.folder === null ? (files[0] as Download).to : join(pull.folder, source.folder);
    await refuseLinkedFolder(pull, path);
    const missing = await notThere(files, { dispatcher, signal, job });
    const total = files.length === 1 ? null : await totalOf(missing, dispatcher, signal);
    let before = 0;
    for (const file of missing) {
      const progress = (now: JobProgress) => job.update(summed(now, before, total, missing.length > 1));
      const part = await download(file, { dispatcher, signal, progress, patience: pull.patience ?? PATIENCE });
      parts.push(part);
      const read = await readModelHeader(part.path, { timeoutMs: 30_000 });
      if (!read.ok) {
        await part.reset();
        const message = `${file.source} came to its end, but is no whole model: ${read.problem}.`;
        throw new StackyardError('not_a_model', message, { hint: 'It was thrown away. Check where it comes from.' });
      }
      before += part.size;
    }
    // The first part last: with it the model is seen.
    for (const part of [...parts].reverse()) await part.publish();
    return { path, fresh: missing.length > 0 };
  } finally {
    await Promise.all(parts.map((part) => part.close()));
    await dispatcher.destroy();
    for (const file of files) writing.delete(file.to);
  }
}

/** Throws away what an unfinished pull has left. */
export async function discardFiles(pull: Pick<FilePull, 'source' | 'folder'>): Promise<void> {
  for (const file of pull.source.files) await removePart(placeOf(pull, file));
}

function placeOf({ folder, source }: Pick<FilePull, 'source' | 'folder'>, file: PullFile): string {
  return source.folder === null ? join(folder, file.name) : join(folder, source.folder, file.name);
}

function downloadOf(pull: FilePull, file: PullFile): Download {
  const { source, hub } = pull;
  const single = source.files.length === 1;
  return {
    url: source.repository === null ? file.at : hub.urlOf(source.repository, file.at),
    to: placeOf(pull, file),
    source: single ? source.label : `${source.label} ${file.name}`,
    token: source.repository === null ? null : hub.token,
    hub: source.repository !== null,
    // One sum can't be that of several files.
    sha256: single ? pull.sha256 : null,
  };
}

/**
 * What has to be fetched. A file in place is taken for the one that is asked for when its sha256 says so; otherwise somebody
 * has to decide: `file_exists`.
 */
async function notThere(
  files: readonly Download[],
  { dispatcher, signal, job }: { dispatcher: Dispatcher; signal: AbortSignal; job: Job },
): Promise<readonly Download[]> {
  const missing: Download[] = [];
  for (const file of files) {
    if (!(await isThere(file.to))) {
      missing.push(file);
      continue;
    }
    if (!(await lstat(file.to)).isFile()) throw fileExists(file.to);
    const expected = file.sha256 ?? (await headOf(file, dispatcher, signal))?.sha256 ?? null;
    if (expected === null) throw fileExists(file.to);
    job.update({ phase: 'verifying', doing: 'checking the file that is there' });
    if ((await sha256Of(file.to, signal)) !== expected) throw fileExists(file.to);
    job.update({ phase: 'running', doing: null });
  }
  return missing;
}

/** `null` when the size of one of them is not told: then there is no share to show. */
async function totalOf(
  files: readonly Download[],
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<number | null> {
  let total = 0;
  for (const file of files) {
    const size = (await headOf(file, dispatcher, signal))?.total ?? null;
    if (size === null) return null;
    total += size;
  }
  return total;
}

/** What the server says about a file without sending it; `null` when it does not. */
async function headOf(
  file: Download,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<{ sha256: string | null; total: number | null } | null> {
  try {
    const { token, hub } = file;
    const contact = { made: false };
    const answer = await follow(file.url, {
      method: 'HEAD',
      dispatcher,
      token,
      hub,
      headers: () => ({}),
      signal,
      contact,
    });
    answer.body.drop();
    const head = readHead(answer.status, answer.headers);
    return { sha256: answer.linked?.sha256 ?? head.sha256, total: answer.linked?.size ?? head.total };
  } catch {
    signal.throwIfAborted();
    return null; // the download itself will say what is wrong
  }
}

/** One picture of several files. */
function summed(now: JobProgress, before: number, total: number | null, several: boolean): JobProgress {
  if (!several) return now;
  const done = now.done_bytes == null ? {} : { done_bytes: before + now.done_bytes };
  return { ...now, ...done, total_bytes: total };
}

/** A planted link would lead the parts elsewhere. */
async function refuseLinkedFolder({ source }: FilePull, path: string): Promise<void> {
  if (source.folder === null) return;
  const found = await lstat(path).catch(() => null);
  if (found !== null && !found.isDirectory()) throw fileExists(path);
}

async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
  return hash.digest('hex');
}

/** Its own connections, closed with it. A proxy of the environment is used, but never to this machine itself. */
function connections({ source, hub, stall = STALL }: FilePull): Dispatcher {
  const options = { headersTimeout: stall, bodyTimeout: stall, connect: { timeout: 10_000 } };
  const url = source.repository === null ? source.files[0].at : hub.url;
  const local = /^https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::|\/|$)/i.test(url);
  return local ? new Agent(options) : new EnvHttpProxyAgent(options);
}
