import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const SCREEN = '1600x1000x24';
const PATIENCE_MS = 15_000;

/**
 * A desktop of our own on Linux: an X server without a screen and a D-Bus session bus that nothing else is on.
 *
 * @param {{ uid?: number, gid?: number }} [user] whose session it is; one's own when left out
 * @returns {Promise<{ env: { DISPLAY: string, DBUS_SESSION_BUS_ADDRESS: string }, close: () => void }>}
 * @throws Error when one of the two doesn't start
 */
export async function startDesktop({ uid, gid } = {}) {
  const server = start('Xvfb', ['-displayfd', '1', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-noreset']);
  const folder = mkdtempSync(join(tmpdir(), 'stackyard-bus-')); // the daemon leaves its socket behind
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  const address = `--address=unix:path=${join(folder, 'bus')}`;
  const bus = start(
    'dbus-daemon',
    [`--config-file=${join(here, 'bus.conf')}`, address, '--nofork', '--print-address'],
    { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) },
  );
  const close = () => {
    server.child.kill();
    bus.child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', close);
  try {
    const [display, busAddress] = await Promise.all([server.firstLine, bus.firstLine]);
    return { env: { DISPLAY: `:${display}`, DBUS_SESSION_BUS_ADDRESS: busAddress }, close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ uid?: number, gid?: number }} [user]
 */
function start(command, args, user = {}) {
  const child = spawn(command, args, { ...user, stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout });
  const failed = Promise.race([
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${command} ended with exit code ${code}`))),
    new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`${command} said nothing for ${PATIENCE_MS / 1000} s`)), PATIENCE_MS).unref();
    }),
  ]);
  failed.catch(() => {}); // it also ends this way when it is closed
  const firstLine = Promise.race([once(lines, 'line').then(([line]) => String(line)), failed]);
  return { child, firstLine: /** @type {Promise<string>} */ (firstLine) };
}
