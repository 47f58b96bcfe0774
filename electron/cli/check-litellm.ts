/** `stackyard check --litellm FILE`: what is wrong with a config of LiteLLM's own, and mending what can be mended. */
import { readFile } from 'node:fs/promises';
import { checkLitellm } from '../../shared/config/litellm-check.ts';
import { mendLitellm } from '../../shared/config/litellm-fix.ts';
import { StackyardError, toCause } from '../../shared/errors.ts';
import type { Cause, Finding } from '../../shared/model.ts';
import { unifiedDiff } from '../../shared/unified-diff.ts';
import { writeConfigFile } from '../host/config-file.ts';
import type { Run } from './command.ts';
import { countFindings, findingsText } from './findings-text.ts';
import { plain } from './words.ts';

export interface CheckLitellmOptions {
  /** Writes what can be mended, the text before as FILE.bak. */
  readonly fix: boolean;
  /** Shows what `fix` would change, and writes nothing. */
  readonly dryRun: boolean;
}

/** Gives the exit code: 1 when the file, as it is afterwards, has an error. */
export async function checkLitellmFile(
  run: Run,
  file: string,
  { fix, dryRun }: CheckLitellmOptions,
): Promise<number> {
  let text: string;
  try {
    text = await readExact(file);
  } catch (error) {
    const findings = [unreadableFinding(toCause(error))];
    if (run.json) run.document({ file, ...countFindings(findings), findings });
    else run.io.out(findingsText(file, null, findings));
    return 1;
  }
  if (!fix && !dryRun) {
    const { findings } = checkLitellm(text);
    const counts = countFindings(findings);
    if (run.json) run.document({ file, ...counts, findings });
    else run.io.out(findingsText(file, text, findings));
    return counts.errors > 0 ? 1 : 0;
  }
  const mended = mendLitellm(text);
  const diff = unifiedDiff(file, text, mended.text);
  if (dryRun) {
    const { findings } = checkLitellm(text);
    const counts = countFindings(findings);
    if (run.json) run.document({ file, ...counts, findings, diff });
    else run.io.out(shown(diff));
    return counts.errors > 0 ? 1 : 0;
  }
  if (mended.text !== text) {
    await writeBeside(file, text);
    await writeConfigFile(file, mended.text);
  }
  const counts = countFindings(mended.left);
  if (run.json) {
    run.document({
      file,
      ...counts,
      findings: mended.left,
      diff,
      fixed: mended.fixed.map(({ fix: _, ...one }) => one),
    });
  } else {
    run.io.out(shown(diff));
    run.io.out(findingsText(file, mended.text, mended.left));
    if (mended.text !== text) run.say(`${plain(file)} is mended; as it was, it is kept in ${plain(file)}.bak.`);
  }
  return counts.errors > 0 ? 1 : 0;
}

/** The text, only if writing it again would give the very bytes. */
export async function readExact(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing) throw new StackyardError('config_missing', `There is no file ${file}.`);
    throw new StackyardError('config_unreadable', `${file} can’t be read: ${(error as Error).message}.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new StackyardError('config_unreadable', `${file} is not UTF-8 text.`);
  }
}

/** At the file's first line. */
function unreadableFinding({ code, message, hint }: Cause): Finding {
  return { severity: 'error', code, message, hint, path: [], line: 1, column: 1, endLine: 1, endColumn: 1 };
}

/** Before the file itself, so that the old text is somewhere at every moment; no more open than the file. */
async function writeBeside(file: string, text: string): Promise<void> {
  await writeConfigFile(`${file}.bak`, text);
}

/** Lines as they are, without what would move a terminal's cursor. */
export const shown = (text: string): string =>
  text
    .split('\n')
    .map((line) => plain(line.replace(/\r$/, '')))
    .join('\n');
