/** A download that is not finished: `NAME.part` beside its future place, and `NAME.part.json` with what it is the beginning of. */
import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, readFile, rename, rm, statfs, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { StackyardError } from '../../../shared/errors.ts';
import { diskTrouble } from './trouble.ts';

/** What a part is the beginning of. */
export interface PartNotes {
  readonly version: 1;
  /** What was asked for, as `PullSource.label` of one file: another source begins anew. */
  readonly source: string;
  readonly etag: string | null;
  readonly modified: string | null;
  readonly total: number | null;
  readonly sha256: string | null;
}

export class PartFile {
  readonly path: string;
  #to: string;
  #file: FileHandle;
  #size: number;
  #notes: PartNotes | null;
  /** Of the first `#hashed` bytes; `null` while nobody has asked for it. */
  #hash: Hash | null = null;
  #hashed = 0;

  private constructor(to: string, file: FileHandle, size: number, notes: PartNotes | null) {
    this.path = partOf(to);
    this.#to = to;
    this.#file = file;
    this.#size = size;
    this.#notes = notes;
  }

  /** Opens what is there of `to`, or begins it. A link, a second name of
   * another file, or anything else that is not a plain file in its place is refused. */
  static async open(to: string, source: string): Promise<PartFile> {
    const folder = dirname(to);
    try {
      await mkdir(folder, { recursive: true });
      await refuseLink(notesOf(to));
      const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
      const file = await open(partOf(to), flags, 0o644);
      try {
        const stat = await file.stat();
        if (!stat.isFile() || stat.nlink > 1) throw notPlain(partOf(to));
        const notes = await readNotes(to);
        const part = new PartFile(to, file, stat.size, notes);
        if (notes?.source !== source || !(await part.#beginsLikeModel())) await part.reset();
        return part;
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw notPlain(partOf(to));
      throw diskTrouble(error, folder) ?? error;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** `null` when nothing is there that could be gone on with. */
  get notes(): PartNotes | null {
    return this.#notes;
  }

  /** Writes down what the bytes belong to, before the first of them is written. */
  async note(notes: PartNotes): Promise<void> {
    if (JSON.stringify(notes) === JSON.stringify(this.#notes)) return;
    await this.#guarded(() => writeFileAtomic(notesOf(this.#to), `${JSON.stringify(notes)}\n`, { mode: 0o644 }));
    this.#notes = notes;
  }

  /** Forgets what is there. */
  async reset(): Promise<void> {
    await this.truncate(0);
    this.#notes = null;
    await rm(notesOf(this.#to), { force: true });
  }

  /** Keeps the first bytes only. */
  async truncate(size: number): Promise<void> {
    if (size === this.#size) return;
    await this.#guarded(() => this.#file.truncate(size));
    this.#size = size;
    if (this.#hashed > size) this.#dropHash();
  }

  async append(bytes: Buffer): Promise<void> {
    await this.#guarded(async () => {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#size);
        this.#size += bytesWritten;
        at += bytesWritten;
      }
    });
    if (this.#hash !== null && this.#hashed === this.#size - bytes.length) {
      this.#hash.update(bytes);
      this.#hashed = this.#size;
    }
  }

  /** sha256 of all bytes that are there, in hex; reads only what was not hashed while it was written. */
  async sha256(signal: AbortSignal, progress: (bytes: number) => void = () => {}): Promise<string> {
    if (this.#hash === null) this.#hashed = 0;
    const hash = this.#hash ?? createHash('sha256');
    this.#hash = hash;
    const buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
    while (this.#hashed < this.#size) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#hashed);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      this.#hashed += bytesRead;
      progress(this.#hashed);
    }
    return hash.copy().digest('hex');
  }

  /** Bytes that the disk still has for us; `null` when it does not tell. */
  async free(): Promise<number | null> {
    const disk = await statfs(dirname(this.#to)).catch(() => null);
    return disk === null ? null : disk.bavail * disk.bsize;
  }

  /** Brings everything to the disk itself. */
  async sync(): Promise<void> {
    await this.#guarded(() => this.#file.sync());
  }

  /** Gives the file its name, in one step and never over another one: `file_exists` when there is one. */
  async publish(): Promise<void> {
    await this.#file.close();
    await this.#guarded(async () => {
      try {
        await link(this.path, this.#to);
        await unlink(this.path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EEXIST') throw fileExists(this.#to);
        // Some file systems know no second name: there a look before has to do.
        if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code ?? '')) throw error;
        if (await isThere(this.#to)) throw fileExists(this.#to);
        await rename(this.path, this.#to);
      }
      await rm(notesOf(this.#to), { force: true });
      await syncFolder(dirname(this.#to));
    });
  }

  /** Lets go; what is there is kept for the next time. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
    if (this.#size === 0) await removePart(this.#to);
  }

  #dropHash(): void {
    this.#hash = null;
    this.#hashed = 0;
  }

  async #beginsLikeModel(): Promise<boolean> {
    if (this.#size < MAGIC.length) return this.#size === 0;
    const head = Buffer.alloc(MAGIC.length);
    await this.#file.read(head, 0, head.length, 0);
    return head.equals(MAGIC);
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw diskTrouble(error, dirname(this.#to)) ?? error;
    }
  }
}

/** The first bytes of every GGUF file. */
export const MAGIC = Buffer.from('GGUF');

/** Throws away what there is of a file that was never finished. */
export async function removePart(to: string): Promise<void> {
  await rm(partOf(to), { force: true });
  await rm(notesOf(to), { force: true });
}

/** Whether the name is taken, by whatever. */
export async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

export const fileExists = (path: string): StackyardError =>
  new StackyardError('file_exists', `${path} is there already, and another file is not put over it.`);

const partOf = (to: string): string => `${to}.part`;
const notesOf = (to: string): string => `${to}.part.json`;

async function readNotes(to: string): Promise<PartNotes | null> {
  try {
    const found = JSON.parse(await readFile(notesOf(to), 'utf8')) as Partial<PartNotes>;
    if (found.version !== 1 || typeof found.source !== 'string') return null;
    return {
      version: 1,
      source: found.source,
      etag: typeof found.etag === 'string' ? found.etag : null,
      modified: typeof found.modified === 'string' ? found.modified : null,
      total: typeof found.total === 'number' ? found.total : null,
      sha256: typeof found.sha256 === 'string' ? found.sha256 : null,
    };
  } catch {
    return null; // not there, or cut: then the part is of no use
  }
}

async function refuseLink(path: string): Promise<void> {
  if ((await lstat(path).catch(() => null))?.isSymbolicLink() === true) throw notPlain(path);
}

const notPlain = (path: string): StackyardError =>
  new StackyardError('permission_denied', `${basename(path)} in ${dirname(path)} is a link or no plain file.`, {
    hint: 'Stackyard did not make it. Look at it, and remove it if it is not needed.',
  });

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
