/** Where a command puts a text that it made: a new file, or stdout. */
import { writeFile } from 'node:fs/promises';
import { StackyardError } from '../../shared/errors.ts';
import type { Run } from './command.ts';
import { plain } from './words.ts';

/** Writes to `out`, which must not exist yet; to stdout when it is not given. The file is its owner's alone. */
export async function writeOut(run: Run, text: string, out: string | undefined): Promise<void> {
  if (out === undefined) {
    if (!run.json) run.io.out(text);
    return;
  }
  try {
    await writeFile(out, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = there ? `${out} exists already.` : `${out} can’t be written: ${(error as Error).message}.`;
    throw new StackyardError(
      'config_write_failed',
      why,
      there ? { hint: 'Name another file, or move it away.' } : {},
    );
  }
  run.say(`Written to ${plain(out)}.`);
}
