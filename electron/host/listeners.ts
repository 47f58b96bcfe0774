/** Engines' programs that listen anywhere on this machine (Linux, this user's processes): also on ports nobody would guess. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { type ProcessRow, processTable, procFile } from './process-table.ts';

/** Programs that are looked at; a machine that runs more engines than this needs no search. */
const MAX_PROCESSES = 64;
const MAX_DESCRIPTORS = 4_096;

/** The ports on loopback, or on all addresses, where a known program listens. Children of one (a model's runner) are left out. */
export async function enginePorts(): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const texts = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const ports = new Map(texts.flatMap(parseListeners).map(({ inode, port }) => [`socket:[${inode}]`, port]));
  if (ports.size === 0) return [];
  const table = await processTable();
  const known = new Set<number>();
  const rows = new Map(table.map((row) => [row.pid, row]));
  await Promise.all(
    table.map(async (row) => {
      if (await isEngine(row)) known.add(row.pid);
    }),
  );
  const leaders = [...known].filter((pid) => !hasAncestorIn(rows, pid, known)).slice(0, MAX_PROCESSES);
  const found = await Promise.all(leaders.map((pid) => portsOf(pid, ports)));
  return [...new Set(found.flat())].sort((a, b) => a - b);
}

/** Listening sockets of `/proc/net/tcp` or `tcp6` (state 0A) that loopback reaches. */
export function parseListeners(text: string): { readonly inode: string; readonly port: number }[] {
  return text.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const [address, port] = local?.split(':') ?? [];
    if (state !== '0A' || address === undefined || port === undefined || !inode) return [];
    // Written in the machine's order of bytes: 127.0.0.1 is 0100007F.
    const reachable =
      /^0+$/.test(address) || /^[0-9A-F]{6}7F$/.test(address) || /^0{16}FFFF0000[0-9A-F]{6}7F$/.test(address);
    return reachable ? [{ inode, port: Number.parseInt(port, 16) }] : [];
  });
}

const NAMES = /^(?:ollama|llama-server|litellm|lm[ -]?studio|lms|lemond|vllm\b.*)$/i;
/** Of Python programs the script or module says which they are. */
const SCRIPTS = /(?:^|[\\/])(?:vllm|litellm)$|^(?:llama_cpp\.server|vllm\.entrypoints\.openai\.api_server)$/;

async function isEngine(row: ProcessRow): Promise<boolean> {
  // Names are cut after 15 characters, and vLLM renames itself.
  if (NAMES.test(row.name) || /^vllm/i.test(row.name)) return true;
  if (!/^(?:python|pypy|litellm)/.test(row.name)) return false;
  const words = (await procFile(row.pid, 'cmdline'))?.toString('utf8').split('\0') ?? [];
  return words.slice(1, 4).some((word) => SCRIPTS.test(word));
}

function hasAncestorIn(rows: ReadonlyMap<number, ProcessRow>, pid: number, known: ReadonlySet<number>): boolean {
  const seen = new Set([pid]);
  for (let parent = rows.get(pid)?.ppid; parent !== undefined && !seen.has(parent); parent = rows.get(parent)?.ppid) {
    if (known.has(parent)) return true;
    seen.add(parent);
  }
  return false;
}

async function portsOf(pid: number, ports: ReadonlyMap<string, number>): Promise<number[]> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = (await readdir(folder).catch(() => [])).slice(0, MAX_DESCRIPTORS);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  return targets.flatMap((target) => ports.get(target) ?? []);
}
