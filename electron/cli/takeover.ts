/** `stackyard takeover`: end the server that somebody else runs for an engine, and run our own. */
import { type Command, Option } from 'commander';
import { holderWords } from '../../shared/foreign-owner-words.ts';
import { action, call, durationArgument, nameArgument, type Registered } from './command.ts';
import { causeWords, plain, table } from './words.ts';

export function registerTakeover(program: Command, registered: Registered): void {
  program
    .command('takeover')
    .description(
      'End the server that somebody else runs for an engine, and start our own. A systemd unit is stopped through systemd, your own process is asked to end; anything else is refused with advice.',
    )
    .argument('<engine>', 'name of an engine', nameArgument)
    .option('--no-wait', 'do not wait until our own is ready')
    .addOption(
      new Option('--timeout <duration>', 'how long to wait').argParser(durationArgument).default(10 * 60_000, '10m'),
    )
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, engine: string, options: { wait: boolean; timeout: number }) => {
        const host = await run.host();
        const { engines } = await call(host, 'snapshot.get', {});
        const owner = engines.find(({ name }) => name === engine)?.run_by ?? null;
        if (owner !== null) run.say(`Ending ${plain(holderWords(owner))}.`);
        const wait_ms = options.wait ? options.timeout : null;
        const outcomes = await call(host, 'engine.takeover', { engine, pid: owner?.pid ?? null, wait_ms });
        if (run.json) run.document({ engines: outcomes });
        for (const { ok, cause } of outcomes) {
          if (!ok) run.say(`error: ${engine}: ${cause === null ? 'failed' : causeWords(cause)}`);
          else if (!run.json) run.io.out(table([engine, options.wait ? 'ready' : 'asked to start'], []));
        }
        return outcomes.every(({ ok }) => ok) ? 0 : 1;
      }),
    );
}
