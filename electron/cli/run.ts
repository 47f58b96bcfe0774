/** The command line: one file per group of commands, put together here. */
import { Command, CommanderError } from 'commander';
import { registerCheck } from './check.ts';
import type { Registered } from './command.ts';
import { registerConfig } from './config.ts';
import { registerDemo } from './demo.ts';
import { registerDetect } from './detect.ts';
import { registerEngines } from './engines.ts';
import { registerExport } from './export.ts';
import { registerFit } from './fit.ts';
import { registerGpu } from './gpu.ts';
import { registerHistory } from './history.ts';
import { registerImport } from './import.ts';
import type { CliIo } from './io.ts';
import { registerLogs } from './logs.ts';
import { registerModels } from './models.ts';
import { registerPin } from './pin.ts';
import { registerPull } from './pull.ts';
import { registerReport } from './report.ts';
import { registerRequests } from './requests.ts';
import { registerServe } from './serve.ts';
import { registerStatus } from './status.ts';
import { registerTakeover } from './takeover.ts';
import { registerVerify } from './verify.ts';

/**
 * Runs one command and gives its exit code: 0 it did what was asked, 1 it could not, 2 wrong usage, 130 Ctrl-C.
 * `argv` holds the words after the program's name.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let code = 0;
  const program = makeProgram({
    io,
    exit: (its) => {
      code = its;
    },
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

function makeProgram(registered: Registered): Command {
  const { io } = registered;
  const program = new Command('stackyard');
  program
    .description('One endpoint for everything that serves models on your machine.')
    .version(io.version, '-V, --version')
    .option('--config <file>', 'the config file; default: $STACKYARD_CONFIG, else the usual place')
    .option('--data-dir <folder>', 'the data folder; default: $STACKYARD_DATA, else the usual place')
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help to see what can be written)')
    .exitOverride();
  registerServe(program, registered);
  registerStatus(program, registered);
  registerEngines(program, registered);
  registerTakeover(program, registered);
  registerPin(program, registered);
  registerModels(program, registered);
  registerPull(program, registered);
  registerLogs(program, registered);
  registerRequests(program, registered);
  registerGpu(program, registered);
  registerFit(program, registered);
  registerDetect(program, registered);
  registerCheck(program, registered);
  registerConfig(program, registered);
  registerVerify(program, registered);
  registerReport(program, registered);
  registerImport(program, registered);
  registerExport(program, registered);
  registerHistory(program, registered);
  registerDemo(program, registered);
  return program;
}
