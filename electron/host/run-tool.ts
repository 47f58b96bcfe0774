/** Asks one of the system's own tools (`ps`, `lsof`, `netstat`, `taskkill`), never for longer than a few seconds. */
import { execa } from 'execa';

/** Its stdout, or `null` when it is missing, fails or takes too long. English words and UTC times whatever the user's locale. */
export async function runTool(file: string, args: readonly string[], timeoutMs = 5_000): Promise<string | null> {
  const result = await execa(file, args, {
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    timeout: timeoutMs,
    windowsHide: true,
    maxBuffer: 32 * 1024 * 1024,
    env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  return result.failed ? null : result.stdout;
}
