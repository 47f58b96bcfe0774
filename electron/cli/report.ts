/** `stackyard report`: the state of the stack as a document, for people who were not there. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { StackyardError } from '../../shared/errors.ts';
import { action, call, type Registered } from './command.ts';

export function registerReport(program: Command, registered: Registered): void {
  program
    .command('report')
    .description(
      'Write down how the stack is: services, routes and their proofs, config, changes, what to do. No secrets.',
    )
    .option('-o, --output <file>', 'write it there, e.g. STATUS.md, instead of showing it')
    .option('--json', 'one JSON document instead of Markdown')
    .action(
      action(registered, async (run, { output }: { output?: string }) => {
        const { report, markdown } = await call(await run.host(), 'report.make', {});
        if (output === undefined) {
          if (run.json) run.document(report);
          else run.io.out(markdown);
          return 0;
        }
        const text = run.json ? `${JSON.stringify({ schema: 1, ...report }, null, 2)}\n` : markdown;
        try {
          await writeFile(output, text);
        } catch (error) {
          throw new StackyardError('permission_denied', `${output} can’t be written: ${(error as Error).message}.`);
        }
        run.say(`Written to ${output}.`);
        return 0;
      }),
    );
}
