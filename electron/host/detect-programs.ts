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

/** llama-server says it on stderr, and Ollama warns there first when no server runs. */
async function versionOf(path: string, env: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  const result = await execa(path, ['--version'], {
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: 3_000,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024,
    windowsHide: true,
    env: env as Record<string, string>,
    extendEnv: false,
  });
  if (result.failed) return null;
  return parseVersion(result.all ?? '');
}

/** The version in what a program prints: the number after the word, else the first one with a dot. */
export function parseVersion(output: string): string | null {
  const named = /version(?: is)?:?\s+v?(\d[\w.+-]*)/i.exec(output)?.[1];
  return named ?? /\bv?(\d+\.\d+[\w.+-]*)/.exec(output)?.[1] ?? null;
}
