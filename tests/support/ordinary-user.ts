import { chownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Debian's `nobody`, as whom root runs what an ordinary user would run; whoever isn't root is one already. */
const NOBODY: User = { uid: 65534, gid: 65534 };

/** To be given to `spawn`: an ordinary user's rights, also where the tests run as root. */
export const ordinaryUser = (): User =>
  process.getuid?.() === 0 ? NOBODY : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** Gives a folder and all in it to that user. */
export function giveTo({ uid, gid }: User, path: string): void {
  chownSync(path, uid, gid);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo({ uid, gid }, join(path, name));
}
