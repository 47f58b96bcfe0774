/** One host per data folder: who holds it, and `instance.json` for everybody who looks for the host. */
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { type Claim, enterClaim } from './instance-claim.ts';
import { ensurePrivateFolder } from './paths.ts';
import { startTime } from './processes.ts';

/** `instance.json`, as the contract lists it, then what only Stackyard itself needs. */
export interface InstanceFile {
  readonly pid: number;
  /** When the host started, ISO. */
  readonly started: string;
  readonly kind: 'app' | 'serve';
  readonly version: string;
  readonly socket: string;
  /** `http://HOST:PORT` once it listens. */
  readonly gateway: string | null;
  /** The web UI's address without its token, when there is one. */
  readonly ui: string | null;
  /** In the tag of everything this host starts. */
  readonly id: string;
  /** The system's own start time of the process, see processes.ts. */
  readonly start_time: string | null;
}

export interface ClaimOptions {
  readonly data: string;
  readonly kind: 'app' | 'serve';
  readonly version: string;
  readonly socket: string;
}

export interface Instance {
  /** Random; in the tag of everything this host starts. */
  readonly id: string;
  /** Ids of hosts that held this folder and are dead: theirs is what the reaper may end. */
  readonly previous: readonly string[];
  /** What a client must send first on the control socket; also in `DATA/control.token`. */
  readonly token: string;
  /** Changes `instance.json`. */
  update(patch: Partial<Pick<InstanceFile, 'gateway' | 'ui' | 'socket'>>): Promise<void>;
  /** Frees the folder: takes `instance.json` and the token away. Call it last. */
  release(): Promise<void>;
}

/** What is known of the living holder; `null` while it has just begun and not said it yet. */
export interface Holder {
  readonly pid: number;
  readonly started: string | null;
  readonly kind: 'app' | 'serve' | null;
  readonly version: string | null;
  readonly socket: string | null;
  readonly gateway: string | null;
  readonly ui: string | null;
}

export type ClaimOutcome =
  | { readonly ok: true; readonly instance: Instance }
  | { readonly ok: false; readonly holder: Holder };

/**
 * Takes the data folder (made 0700 when missing) for this process, or says who holds it. A dead holder's claim is no
 * obstacle: pid and start time tell. Of two that start at once exactly one gets it.
 * Throws when the folder can't be made or isn't ours.
 */
export async function claimInstance(options: ClaimOptions): Promise<ClaimOutcome> {
  await ensurePrivateFolder(options.data);
  const id = randomBytes(8).toString('hex');
  const claim = await enterClaim(options.data, { id, socket: options.socket });
  if (!claim.ok) return { ok: false, holder: await holderOf(options.data, claim.by) };

  const path = join(options.data, 'instance.json');
  const before = await readInstance(options.data);
  const token = randomBytes(32).toString('hex');
  let file: InstanceFile = {
    pid: process.pid,
    started: new Date().toISOString(),
    kind: options.kind,
    version: options.version,
    socket: options.socket,
    gateway: null,
    ui: null,
    id,
    start_time: await startTime(process.pid),
  };
  const write = () => writeFileAtomic(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  await writeFileAtomic(tokenPath(options.data), `${token}\n`, { mode: 0o600 });
  await write();

  let writing = Promise.resolve();
  const previous = [...new Set([...claim.dead, ...(before && before.id !== id ? [before.id] : [])])];
  const instance: Instance = {
    id,
    previous,
    token,
    update(patch) {
      file = { ...file, ...patch };
      writing = writing.catch(() => {}).then(write);
      return writing;
    },
    async release() {
      await writing.catch(() => {});
      await rm(path, { force: true });
      await rm(tokenPath(options.data), { force: true });
      await claim.leave();
    },
  };
  return { ok: true, instance };
}

/** `instance.json` of a data folder; `null` when there is none or it can't be read as one. It may be a dead host's. */
export async function readInstance(data: string): Promise<InstanceFile | null> {
  try {
    const file = JSON.parse(await readFile(join(data, 'instance.json'), 'utf8')) as InstanceFile;
    return Number.isInteger(file.pid) && typeof file.id === 'string' && typeof file.socket === 'string' ? file : null;
  } catch {
    return null;
  }
}

/** The token that the control socket wants first; `null` when there is none. */
export async function readToken(data: string): Promise<string | null> {
  return (await readFile(tokenPath(data), 'utf8').catch(() => '')).trim() || null;
}

const tokenPath = (data: string) => join(data, 'control.token');

async function holderOf(data: string, by: Claim): Promise<Holder> {
  const file = await readInstance(data);
  if (file?.id !== by.id) {
    return { pid: by.pid, started: null, kind: null, version: null, socket: null, gateway: null, ui: null };
  }
  const { pid, started, kind, version, socket, gateway, ui } = file;
  return { pid, started, kind, version, socket, gateway, ui };
}
