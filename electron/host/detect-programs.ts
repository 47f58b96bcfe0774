import { execa } from 'execa';
import type { Found } from '../../shared/contract/ipc.ts';
import type { EngineKind } from '../../shared/model.ts';
import { PROFILES } from '../engines/profiles.ts';
import { which } from './which.ts';

/** What is looked for on PATH, and what Stackyard would do with it. */
const PROGRAMS: readonly { readonly kind: EngineKind; readonly command: string; readonly note: string }[] = [
  {
    kind: 'llama.cpp',
    command: 'llama-server',
    note: 'Serves a folder of GGUF files and loads each model when it is asked for.',
  },
  { kind: 'ollama', command: 'ollama', note: 'Is started when one of its models is asked for.' },
  { kind: 'vllm', command: 'vllm', note: 'Serves one model that you name; it is started when that is asked for.' },
  { kind: 'litellm', command: 'litellm', note: 'Runs as a proxy with its own config file, which you name.' },
];

/** The engines' programs on PATH with their versions; a version that takes over 3 s to tell is `null`. */
export async function findPrograms(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<readonly Found[]> {
  const rows = await Promise.all(
    PROGRAMS.map(async ({ kind, command, note }): Promise<Found | null> => {
      const path = await which(command, env, { platform });
      if (path === null) return null;
      const version = await versionOf(path, env);
      return {
        id: `path:${command}`,
        kind,
        title: PROFILES[kind].title,
        command: path,
        version,
        running: null,
        note,
      };
    }),
  );
  return rows.filter((row) => row !== null);
}

/** Whatever it prints: llama-server says it on stderr, and Ollama warns there first when no server runs. */
async function versionOf(path: string, env: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  const output = await outputOf(path, ['--version'], env);
  return output === null ? null : parseVersion(output);
}

const PATIENCE_MS = 3_000;
const MAX_OUTPUT = 64 * 1024;

/**
 * What a program prints, both streams; `null` when it fails, floods, or takes too long. It runs in a group of its own, so that
 * a wrapper script's children go with it, and those that keep the output open are not waited for.
 */
function outputOf(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const child = execa(path, args, {
    reject: false,
    buffer: false,
    all: true,
    stdin: 'ignore',
    detached: process.platform !== 'win32',
    windowsHide: true,
    env,
    extendEnv: false,
  });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (output: string | null) => {
      clearTimeout(timer);
      if (output === null) end(child.pid);
      child.all.destroy();
      resolve(output);
    };
    const timer = setTimeout(() => finish(null), PATIENCE_MS);
    child.all.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_OUTPUT) finish(null);
      else chunks.push(chunk);
    });
    child.all.on('error', () => finish(null));
    void child.then((result) => finish(result.failed ? null : Buffer.concat(chunks).toString('utf8')));
  });
}

function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

/** The version in what a program prints: the number after the word, else the first one with a dot. */
export function parseVersion(output: string): string | null {
  const named = /version(?: is)?:?\s+v?(\d[\w.+-]*)/i.exec(output)?.[1];
  return named ?? /\bv?(\d+\.\d+[\w.+-]*)/.exec(output)?.[1] ?? null;
}
