/** What every command has in common: where things are, how it speaks, how it fails, and what Ctrl-C does. */
import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../shared/config/scalars.ts';
import type { CallInput, CallName, CallOutput } from '../../shared/contract/ipc.ts';
import { StackyardError, toCause } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';
import { connectHost, type HostClient } from '../host/control-client.ts';
import { type Paths, resolvePaths } from '../host/paths.ts';
import type { CliIo } from './io.ts';
import { plain } from './words.ts';

/** What a command is given to work with. */
export interface Run {
  readonly io: CliIo;
  readonly paths: Paths;
  readonly json: boolean;
  /** Writes the one JSON document of this command; `schema` is added. */
  readonly document: (value: object) => void;
  /** A sentence to the person, on stderr. */
  readonly say: (sentence: string) => void;
  /** The running host; throws `no_host` when there is none. Closed when the command ends. */
  readonly host: () => Promise<HostClient>;
  /** The running host, or `null`. Closed when the command ends. */
  readonly hostIfAny: () => Promise<HostClient | null>;
  /** Runs at the end of the command, however it ends. */
  readonly atEnd: (task: () => void) => void;
}

/** Wrong usage found after the words were parsed: exit 2, nothing on stdout. */
export class UsageError extends Error {}

export interface Registered {
  readonly io: CliIo;
  /** Takes the exit code of the command that ran. */
  readonly exit: (code: number) => void;
}

/**
 * Makes an action for commander of a function that gives an exit code. Failures end here: their sentence goes to stderr and,
 * with `--json`, a document to stdout. `interrupt: false` is for commands that handle signals themselves.
 */
export function action<A extends unknown[]>(
  { io, exit }: Registered,
  act: (run: Run, ...args: A) => Promise<number>,
  { interrupt = true }: { interrupt?: boolean } = {},
): (this: Command, ...args: A) => Promise<void> {
  return async function (this: Command, ...args: A) {
    const options = this.optsWithGlobals<{ config?: string; dataDir?: string; json?: boolean }>();
    const tasks: (() => void)[] = [];
    const run = makeRun(io, options, (task) => tasks.push(task));
    let written = false;
    const document = (value: object): void => {
      written = true;
      run.document(value);
    };
    const work = act({ ...run, document }, ...args).catch((error: unknown) => {
      if (error instanceof UsageError) {
        run.say(`error: ${error.message}`);
        return 2;
      }
      const cause = toCause(error);
      run.say(failure(cause));
      if (run.json && !written) run.document({ error: cause });
      return 1;
    });
    exit(await (interrupt ? Promise.race([work, interrupted(io, (task) => tasks.push(task))]) : work));
    for (const task of tasks) task();
  };
}

/** Asks the host; what it finds wrong with the question is wrong usage. */
export async function call<N extends CallName>(
  host: HostClient,
  name: N,
  input: CallInput<N>,
): Promise<CallOutput[N]> {
  try {
    return await host.call(name, input);
  } catch (error) {
    if (error instanceof StackyardError && error.code === 'bad_input') {
      throw new UsageError(error.hint === null ? error.message : `${error.message}\n  ${error.hint}`);
    }
    throw error;
  }
}

/** The sentence of a failure, with its advice on a line of its own. */
export function failure(cause: Cause): string {
  return `error: ${plain(cause.message)}${cause.hint === null ? '' : `\n  ${plain(cause.hint)}`}`;
}

/** For commander: a duration of the contract, in milliseconds. */
export function durationArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('Write a duration such as 30s or 10m.');
  return ms;
}

/** For commander: a name, which is never empty. */
export function nameArgument(text: string): string {
  if (text === '' || text.length > 256) throw new InvalidArgumentError('Write a name of 1 to 256 characters.');
  return text;
}

/** For commander: one or more names. */
export function namesArgument(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), nameArgument(text)];
}

function makeRun(
  io: CliIo,
  options: { config?: string; dataDir?: string; json?: boolean },
  atEnd: (task: () => void) => void,
): Run {
  const paths = resolvePaths({
    config: options.config ?? null,
    dataDir: options.dataDir ?? null,
    env: io.env,
    platform: io.platform,
    homedir: io.homedir,
  });
  const hostIfAny = async (): Promise<HostClient | null> => {
    const client = await connectHost(paths);
    if (client) atEnd(client.close);
    return client;
  };
  return {
    io,
    paths,
    json: options.json === true,
    document: (value) => io.out(`${JSON.stringify({ schema: 1, ...value }, null, 2)}\n`),
    say: (sentence) => io.err(`${sentence}\n`),
    hostIfAny,
    async host() {
      const client = await hostIfAny();
      if (client) return client;
      throw new StackyardError('no_host', `Stackyard is not running for the data folder ${paths.data}.`);
    },
    atEnd,
  };
}

function interrupted(io: CliIo, atEnd: (task: () => void) => void): Promise<number> {
  return new Promise((done) => {
    const off = io.onSignal('SIGINT', () => done(130));
    atEnd(off);
  });
}
