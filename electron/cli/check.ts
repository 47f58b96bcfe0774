/** `stackyard check`: what is wrong with a config file, and where. */
import type { Command } from 'commander';
import { checkConfigFile } from './check-file.ts';
import { checkLitellmFile } from './check-litellm.ts';
import { action, type Registered, UsageError } from './command.ts';
import { countFindings, findingsText } from './findings-text.ts';

export function registerCheck(program: Command, registered: Registered): void {
  program
    .command('check')
    .description('Check a config file; exits 1 when it has errors. Needs no running Stackyard.')
    .argument('[file]', 'the file to check; default: the config in use')
    .option('--litellm <file>', 'check a config of LiteLLM’s own instead')
    .option('--fix', 'with --litellm: mend what can be mended; FILE.bak is the file as it was')
    .option('--dry-run', 'with --litellm: only show what --fix would change')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, given: string | undefined, options: Options) => {
        const { litellm, fix = false, dryRun = false } = options;
        if (litellm !== undefined) {
          if (given !== undefined) throw new UsageError('Name one file: FILE or --litellm FILE.');
          return checkLitellmFile(run, litellm, { fix, dryRun });
        }
        if (fix || dryRun) throw new UsageError('--fix and --dry-run go with --litellm.');
        const file = given ?? run.paths.config;
        const { text, findings } = await checkConfigFile(file, run.io);
        const counts = countFindings(findings);
        if (run.json) run.document({ file, ...counts, findings });
        else run.io.out(findingsText(file, text, findings));
        return counts.errors > 0 ? 1 : 0;
      }),
    );
}

interface Options {
  readonly litellm?: string;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
}
