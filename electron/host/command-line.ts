import type { Launch } from '../engines/profile.ts';

/** A command as one would type it into a POSIX shell; not redacted. */
export function commandLine({ command, args }: Pick<Launch, 'command' | 'args'>): string {
  return [command, ...args].map(quoted).join(' ');
}

const quoted = (word: string) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
