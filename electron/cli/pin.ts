/** `stackyard pin`, `unpin`: an engine that stays. */
import type { Command } from 'commander';
import { action, call, nameArgument, type Registered } from './command.ts';

export function registerPin(program: Command, registered: Registered): void {
  for (const verb of ['pin', 'unpin'] as const) {
    program
      .command(verb)
      .description(
        verb === 'pin'
          ? 'Keep an engine up: not stopped for being idle, for its group or to free memory.'
          : 'Let a pinned engine go again when it is idle or others need its place.',
      )
      .argument('<engine>', 'name of an engine', nameArgument)
      .option('--json', 'one JSON document')
      .action(
        action(registered, async (run, engine: string) => {
          const pinned = verb === 'pin';
          await call(await run.host(), 'engines.pin', { name: engine, on: pinned });
          if (run.json) run.document({ engine, pinned });
          else run.io.out(`${engine} ${verb}ned\n`);
          return 0;
        }),
      );
  }
}
