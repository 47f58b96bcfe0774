/** `stackyard plan` and `apply`: what a config would change, and making it so. */
import { readFile, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { StackyardError } from '../../shared/errors.ts';
import type { Finding, Plan } from '../../shared/model.ts';
import type { HostClient } from '../host/control-client.ts';
import { action, call, nameArgument, type Registered, type Run } from './command.ts';
import { countFindings, findingsText } from './findings-text.ts';
import { planText } from './plan-text.ts';

export function registerConfig(program: Command, registered: Registered): void {
  program
    .command('plan')
    .description('Show what applying a config would do.')
    .argument('[file]', 'another file than the one in use')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, file: string | undefined) => {
        const host = await run.host();
        const source = await readSource(host, file);
        const { findings, plan } = await call(host, 'config.plan', { text: source.given });
        return reportPlan(run, source, { findings, plan });
      }),
    );

  program
    .command('apply')
    .description('Apply the config file as it is on disk, or put FILE in its place and apply that.')
    .argument('[file]', 'another file than the one in use')
    .option('--if-revision <revision>', 'only if the config file is still this revision', nameArgument)
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, file: string | undefined, { ifRevision }: { ifRevision?: string }) => {
        const host = await run.host();
        const source = await readSource(host, file);
        const input = { text: source.given, if_revision: ifRevision ?? null };
        const { findings, plan, applied } = await call(host, 'config.apply', input);
        const code = reportPlan(run, source, { applied, findings, plan });
        if (!run.json) run.say(applied ? 'Applied.' : 'Not applied.');
        return applied ? code : 1;
      }),
    );
}

interface Source {
  /** What the host is given; `null` = the file it uses, as it is on disk. */
  readonly given: string | null;
  /** For the frames under findings. */
  readonly text: string;
  readonly file: string;
}

async function readSource(host: HostClient, file: string | undefined): Promise<Source> {
  const used = await call(host, 'config.read', {});
  if (file === undefined || (await samePath(file, used.path))) {
    return { given: null, text: used.text, file: file ?? used.path };
  }
  try {
    const text = await readFile(file, 'utf8');
    return { given: text, text, file };
  } catch (error) {
    throw new StackyardError('config_unreadable', `${file} can’t be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

async function samePath(a: string, b: string): Promise<boolean> {
  const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
  return (await real(a)) === (await real(b));
}

/** Writes findings and plan; 1 when there are errors among the findings. */
export function reportPlan(
  run: Run,
  source: Pick<Source, 'file' | 'text'>,
  result: { readonly applied?: boolean; readonly findings: readonly Finding[]; readonly plan: Plan | null },
): number {
  const errors = countFindings(result.findings).errors;
  if (run.json) run.document(result);
  else {
    if (result.findings.length > 0) run.io.err(findingsText(source.file, source.text, result.findings));
    if (result.plan) run.io.out(planText(result.plan));
  }
  return errors > 0 ? 1 : 0;
}
