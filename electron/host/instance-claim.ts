/**
 * Mutual exclusion over a folder that a crash cannot jam. There is no shared lock file, whose removal by two finders of a
 * dead one is a race of its own: each contender puts down a name of its own, never used again, then looks at all others.
 *
 * `claims/ID~PID~START.trying` is written first, `….holding` beside it once it is decided. A contender that sees a holder
 * loses. One that sees another trying waits if its own id is the smaller, else withdraws and comes back. Whoever of two
 * writes last sees the other's claim, so both can never pass. Claims of dead processes are swept away by anybody.
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive, startTime } from './processes.ts';

export interface Claim {
  readonly id: string;
  readonly pid: number;
  /** See processes.ts; `null` when the system doesn't tell. */
  readonly startTime: string | null;
}

export type ClaimResult =
  | {
      readonly ok: true;
      /** Ids of dead claims that were met and swept away. */
      readonly dead: readonly string[];
      leave(): Promise<void>;
    }
  | { readonly ok: false; readonly by: Claim };

/** A claim whose process can't be told by its start time counts as alive for so long before its socket must answer. */
const UNPROVEN_MS = 30_000;

/** Enters the claim of this process, or says whose stands. */
export async function enterClaim(
  data: string,
  own: { readonly id: string; readonly socket: string },
): Promise<ClaimResult> {
  const folder = join(data, 'claims');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stem = join(folder, nameOf({ id: own.id, pid: process.pid, startTime: await startTime(process.pid) }));
  const withdraw = async () => {
    await rm(`${stem}.holding`, { force: true });
    await rm(`${stem}.trying`, { force: true });
  };
  const dead = new Set<string>();

  for (;;) {
    await writeFile(`${stem}.trying`, '', { mode: 0o600 });
    for (;;) {
      const { trying, holding } = await others(folder, own, dead);
      const [holder] = holding;
      if (holder) {
        await withdraw();
        return { ok: false, by: holder };
      }
      if (trying.length === 0) {
        await writeFile(`${stem}.holding`, '', { mode: 0o600 });
        return { ok: true, dead: [...dead], leave: withdraw };
      }
      if (trying.some((claim) => claim.id < own.id)) break;
      await wait(5);
    }
    await withdraw();
    await wait(15);
  }
}

/** The living claims of others; dead ones are swept away and their ids added to `dead`. */
async function others(
  folder: string,
  own: { readonly id: string; readonly socket: string },
  dead: Set<string>,
): Promise<{ trying: Claim[]; holding: Claim[] }> {
  const trying: Claim[] = [];
  const holding: Claim[] = [];
  for (const file of await readdir(folder)) {
    const claim = parseName(file);
    if (!claim || claim.id === own.id) continue;
    const path = join(folder, file);
    if (await lives(claim, path, own.socket)) {
      (file.endsWith('.holding') ? holding : trying).push(claim);
    } else {
      dead.add(claim.id);
      await rm(path, { force: true });
    }
  }
  // Who holds keeps its first file too; it is not trying any more.
  return { trying: trying.filter((one) => !holding.some((other) => other.id === one.id)), holding };
}

async function lives(claim: Claim, path: string, socket: string): Promise<boolean> {
  if (!(await isAlive(claim.pid, claim.startTime))) return false;
  if (claim.startTime !== null) return true;
  const written = await stat(path).catch(() => null);
  return written !== null && (Date.now() - written.mtimeMs < UNPROVEN_MS || (await answers(socket)));
}

const answers = (socket: string) =>
  new Promise<boolean>((resolve) => {
    const connection = connect({ path: socket });
    const finish = (answer: boolean) => {
      connection.destroy();
      resolve(answer);
    };
    connection.setTimeout(1_000, () => finish(false));
    connection.once('connect', () => finish(true));
    connection.once('error', () => finish(false));
  });

/** All in the name, so that a claim is whole or not there. */
const nameOf = ({ id, pid, startTime }: Claim) => `${id}~${pid}~${encodeURIComponent(startTime ?? '')}`;

function parseName(file: string): Claim | null {
  const m = /^([0-9a-f]+)~(\d+)~(.*)\.(?:trying|holding)$/.exec(file);
  return m ? { id: m[1] ?? '', pid: Number(m[2]), startTime: decodeURIComponent(m[3] ?? '') || null } : null;
}
