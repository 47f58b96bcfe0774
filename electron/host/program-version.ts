import { execa } from 'execa';

/**
 * What a program calls its version when asked with `--version`; `null` when it fails, floods or takes over 3 s. Whatever it
 * prints counts: llama-server says it on stderr, and Ollama warns there first when no server runs.
 */
export async function programVersion(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const output = await outputOf(path, ['--version'], env);
  return output === null ? null : parseVersion(output);
}

/** The version in what a program prints: the number after the word, else the first one with a dot. */
export function parseVersion(output: string): string | null {
  const named = /version(?: is)?:?\s+v?(\d[\w.+-]*)/i.exec(output)?.[1];
  return named ?? /\bv?(\d+\.\d+[\w.+-]*)/.exec(output)?.[1] ?? null;
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
