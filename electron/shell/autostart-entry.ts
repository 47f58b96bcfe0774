/** The file that starts the app at login on Linux desktops (XDG autostart). */
import { posix } from 'node:path';

/** Where it lies. */
export function autostartFile(env: Readonly<Record<string, string | undefined>>, homedir: string): string {
  const given = env.XDG_CONFIG_HOME;
  const config = given && posix.isAbsolute(given) ? given : posix.join(homedir, '.config');
  return posix.join(config, 'autostart', 'stackyard.desktop');
}

/** Its text. `command` is the program and its words; the app comes up hidden. */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.0',
    'Name=Stackyard',
    'Comment=One endpoint for everything that serves models on this machine',
    `Exec=${[...command, '--hidden'].map(execWord).join(' ')}`,
    'Icon=stackyard',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Quoted by the Desktop Entry Specification: first for the Exec key, then for a string value, `%` doubled. */
function execWord(word: string): string {
  const percent = word.replaceAll('%', '%%');
  if (/^[\w@+=:,./-]+$/.test(word)) return percent;
  return `"${percent.replace(/["`$\\]/g, '\\$&')}"`.replaceAll('\\', '\\\\');
}
