/** `stackyard verify`: proof that each model answers, in every way that a client may take. The running host does it. */
import { type Command, Option } from 'commander';
import { VIAS, type Via } from '../../shared/contract/verify.ts';
import { action, call, namesArgument, type Registered, type Run } from './command.ts';
import { verifyText } from './verify-text.ts';

export function registerVerify(program: Command, registered: Registered): void {
  program
    .command('verify')
    .description(
      'Prove that each model answers: directly at its engine, through the gateway, and through LiteLLM where that serves it. Exits 0 only when nothing failed.',
    )
    .argument('[models...]', 'names of models; none means all', namesArgument)
    .option('--wake', 'start stopped engines and load models for it; without it they are skipped')
    .addOption(new Option('--via <way>', 'go this way only').choices(VIAS))
    .option('--json', 'one JSON document')
    .action(action(registered, verify));
}

async function verify(run: Run, models: readonly string[], options: { wake?: boolean; via?: Via }): Promise<number> {
  const host = await run.host();
  const off = host.on('verify', ({ running }) => {
    if (run.io.errIsTerminal && running !== null) run.io.err(`${CLEAR}verifying ${running.done} of ${running.total}`);
  });
  run.atEnd(off);
  if (run.io.errIsTerminal) await host.subscribe();
  const asked = { models: [...models], via: options.via ?? null, wake: options.wake === true };
  const found = await call(host, 'verify.run', asked);
  off();
  if (run.io.errIsTerminal) run.io.err(CLEAR);
  if (run.json) run.document(found);
  else run.io.out(verifyText(found));
  return found.failed === 0 ? 0 : 1;
}

/** Back to the beginning of the terminal's line, and away with the rest of it. */
const CLEAR = '\r\u001b[K';
