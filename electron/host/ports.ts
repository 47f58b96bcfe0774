/** Ports of this machine: a free one, whether one answers, and who holds it. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { procPids } from './process-table.ts';
import { describe, userName } from './processes.ts';
import { runTool } from './run-tool.ts';

export interface PortHolder {
  /** `null` when it listens but may not be named (another user's process). */
  readonly pid: number | null;
  readonly name: string | null;
  readonly command: string | null;
  readonly user: string | null;
}

/** A port of `host` that was free a moment ago. Rejects when the address is not this machine's. */
export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port: 0, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error(`No port of ${host} can be told.`));
      });
    });
  });
}

/** Whether something accepts connections there. An address that means "all" is asked on loopback. */
export function isListening(host: string, port: number, timeoutMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
    socket.connect({ host: reachable(host), port });
  });
}

/** Who listens on a TCP port, on any address; `null` when nobody does. */
export async function portHolder(port: number): Promise<PortHolder | null> {
  if (process.platform === 'linux') return linuxHolder(port);
  if (process.platform === 'win32') {
    const pid = parseNetstat((await runTool('netstat', ['-ano', '-p', 'TCP'])) ?? '', port);
    return pid === null ? null : named(pid, null);
  }
  // lsof leaves with 1 when it finds nothing, and without root shows only this user's processes.
  const pid = parseLsof((await runTool('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp'])) ?? '');
  return pid === null ? null : named(pid, null);
}

/** Listening sockets of `/proc/net/tcp` or `tcp6` on that port: state 0A, the port in hex behind the last colon of the second word. */
export function parseNetTcp(text: string, port: number): { inode: string; uid: number }[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return text.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const [, local, , state, , , , uid, , inode] = words;
    return local?.endsWith(ending) && state === '0A' && inode ? [{ inode, uid: Number(uid) }] : [];
  });
}

/** `lsof -Fp`: the first line `pPID`. */
export function parseLsof(text: string): number | null {
  const pid = /^p(\d+)$/m.exec(text)?.[1];
  return pid === undefined ? null : Number(pid);
}

/** `netstat -ano`: `TCP  127.0.0.1:4000  0.0.0.0:0  LISTENING  1234`; the state is translated on other Windows, the foreign port 0 is not. */
export function parseNetstat(text: string, port: number): number | null {
  for (const line of text.split('\n')) {
    const m = /^\s*TCP\s+\S+:(\d+)\s+\S+:0\s+\S+\s+(\d+)\s*$/.exec(line);
    if (m && Number(m[1]) === port) return Number(m[2]);
  }
  return null;
}

async function linuxHolder(port: number): Promise<PortHolder | null> {
  const texts = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const sockets = texts.flatMap((text) => parseNetTcp(text, port));
  const [first] = sockets;
  if (!first) return null;
  const user = await userName(first.uid);
  const links = new Set(sockets.map(({ inode }) => `socket:[${inode}]`));
  for (const pid of await procPids()) {
    if (await holdsOneOf(pid, links)) return named(pid, user);
  }
  return { pid: null, name: null, command: null, user };
}

async function holdsOneOf(pid: number, links: Set<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  return targets.some((target) => links.has(target));
}

async function named(pid: number, user: string | null): Promise<PortHolder> {
  const found = await describe(pid);
  return { pid, name: found?.name ?? null, command: found?.command ?? null, user: found?.user ?? user };
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
