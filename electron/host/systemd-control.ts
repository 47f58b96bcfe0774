/** Asks systemd through its own `systemctl`, never with a question to the person in front of the machine. */
import { execa } from 'execa';

export type SystemctlAnswer =
  | { readonly ok: true; readonly stdout: string }
  | {
      readonly ok: false;
      /** There is no systemd to talk to, or no session of this user with it: nothing that is asked there can work. */
      readonly unavailable: boolean;
      /** What it said, one line. */
      readonly message: string;
    };

export type UnitScope = 'user' | 'system';

/** Runs one verb. `timeoutMs`: a stop waits for the unit's own `TimeoutStopSec`. Never throws. */
export async function systemctl(
  scope: UnitScope,
  args: readonly string[],
  timeoutMs = 10_000,
): Promise<SystemctlAnswer> {
  const words = [...(scope === 'user' ? ['--user'] : []), '--no-ask-password', '--no-pager', ...args];
  const result = await execa('systemctl', words, {
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    env: { LC_ALL: 'C' },
  });
  if (!result.failed) return { ok: true, stdout: result.stdout };
  const { code } = (result.cause ?? {}) as NodeJS.ErrnoException;
  const said = result.stderr.trim().split('\n')[0] ?? '';
  if (code === 'ENOENT') return { ok: false, unavailable: true, message: '`systemctl` is not on PATH.' };
  if (result.timedOut)
    return { ok: false, unavailable: false, message: `\`systemctl\` did not answer within ${timeoutMs / 1000} s.` };
  return {
    ok: false,
    unavailable: NOBODY.test(result.stderr),
    message: said === '' ? (result.shortMessage ?? 'It failed.') : said,
  };
}

/** What it says where there is no systemd, or no bus of the user's (seen with systemd 252). */
const NOBODY = /Failed to connect to (?:\S+ )?bus|not been booted with systemd|Failed to get D-Bus connection/i;
