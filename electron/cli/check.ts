/** `stackyard check`: what is wrong with a config file, and where. */
import type { Command } from 'commander';
import { checkConfigFile } from './check-file.ts';
import { action, type Registered } from './command.ts';
import { countFindings, findingsText } from './findings-text.ts';

export function registerCheck(program: Command, registered: Registered): void {
  program
    .command('check')
    .description('Check a config file; exits 1 when it has errors. Needs no running Stackyard.')
    .argument('[file]', 'the file to check; default: the config in use')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, given: string | undefined) => {
        const file = given ?? run.paths.config;
        const { text, findings } = await checkConfigFile(file, run.io);
        const counts = countFindings(findings);
        if (run.json) run.document({ file, ...counts, findings });
        else run.io.out(findingsText(file, text, findings));
        return counts.errors > 0 ? 1 : 0;
      }),
    );
}
