/** `stackyard import litellm FILE`: another program's config turned into ours. Needs no host. */
import { type Command, InvalidArgumentError } from 'commander';
import { importLitellm } from '../../shared/config/litellm-import.ts';
import type { NotCarried } from '../../shared/config/litellm-import-notes.ts';
import { readExact } from './check-litellm.ts';
import { action, type Registered } from './command.ts';
import { countFindings, findingsText } from './findings-text.ts';
import { plain } from './words.ts';
import { writeOut } from './write-out.ts';

export function registerImport(program: Command, registered: Registered): void {
  program
    .command('import')
    .description('Turn a config of LiteLLM into one of Stackyard; says what could not be carried over.')
    .argument('<program>', 'litellm', (name) => {
      if (name !== 'litellm') throw new InvalidArgumentError('Only litellm can be imported.');
      return name;
    })
    .argument('<file>', 'its config file')
    .option('-o, --out <file>', 'write it there instead of to stdout')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, _program: string, file: string, { out }: { out?: string }) => {
        const source = await readExact(file);
        const { text, findings, notCarried } = importLitellm(source);
        const counts = countFindings(findings);
        if (!run.json) {
          if (findings.length > 0) run.io.err(findingsText(file, source, findings));
          run.io.err(notCarriedText(file, notCarried));
        }
        if (text !== null) await writeOut(run, text, out);
        if (run.json) run.document({ file, ...counts, findings, text, not_carried: notCarried });
        return counts.errors > 0 || text === null ? 1 : 0;
      }),
    );
}

function notCarriedText(file: string, list: readonly NotCarried[]): string {
  if (list.length === 0) return '';
  const lines = list.map(({ line, what, why }) => `  ${plain(file)}:${line} ${plain(what)}: ${plain(why)}\n`);
  return `Not carried over, or not quite the same:\n${lines.join('')}`;
}
