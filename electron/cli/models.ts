/** `stackyard models`, `load`, `unload`, `free`: what can be asked for, and what is in memory. */
import type { Command } from 'commander';
import type { EngineOutcome } from '../../shared/contract/ipc.ts';
import { action, call, nameArgument, type Registered, type Run } from './command.ts';
import { modelsText } from './status.ts';
import { causeWords, plain } from './words.ts';

export function registerModels(program: Command, registered: Registered): void {
  program
    .command('models')
    .description('List every model name that clients may ask for, with what answers it.')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run) => {
        const { models } = await call(await run.host(), 'snapshot.get', {});
        if (run.json) run.document({ models });
        else run.io.out(modelsText(models));
        return 0;
      }),
    );

  for (const verb of ['load', 'unload'] as const) {
    program
      .command(verb)
      .description(
        verb === 'load'
          ? 'Bring a model into memory, starting its engine if need be.'
          : 'Take a model out of memory.',
      )
      .argument('<model>', 'any name that resolves, also ENGINE/MODEL', nameArgument)
      .option('--engine <name>', 'on this engine only', nameArgument)
      .option('--json', 'one JSON document')
      .action(
        action(registered, async (run, model: string, { engine }: { engine?: string }) => {
          const input = { model, engine: engine ?? null };
          const outcomes = await call(await run.host(), `model.${verb}`, input);
          return report(run, `${plain(model)} ${verb}ed`, outcomes);
        }),
      );
  }

  program
    .command('free')
    .description('Free GPU memory: unload models and stop idle managed engines, without holding them.')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run) => {
        const freed = await call(await run.host(), 'memory.free', {});
        if (run.json) run.document(freed);
        else {
          for (const model of freed.unloaded) run.io.out(`unloaded ${plain(model)}\n`);
          for (const engine of freed.stopped) run.io.out(`stopped ${engine}\n`);
          for (const { name, why } of freed.kept) run.say(`${plain(name)} was left alone: ${plain(why)}`);
          if (freed.unloaded.length + freed.stopped.length === 0) run.say('There was nothing to free.');
        }
        return 0;
      }),
    );
}

function report(run: Run, done: string, outcomes: readonly EngineOutcome[]): number {
  if (run.json) run.document({ engines: outcomes });
  else {
    for (const { engine, ok, cause } of outcomes) {
      if (ok) run.io.out(`${engine}: ${done}\n`);
      else run.say(`error: ${engine}: ${cause === null ? 'failed' : causeWords(cause)}`);
    }
    if (outcomes.length === 0) run.say('Nothing to do.');
  }
  return outcomes.every((outcome) => outcome.ok) ? 0 : 1;
}
