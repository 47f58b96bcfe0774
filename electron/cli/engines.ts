/** `stackyard up`, `down`, `restart`: engines started, stopped and started anew by the running host. */
import { type Command, Option } from 'commander';
import type { EngineOutcome } from '../../shared/contract/ipc.ts';
import type { EngineView } from '../../shared/model.ts';
import type { HostClient } from '../host/control-client.ts';
import { action, call, durationArgument, namesArgument, type Registered, type Run, UsageError } from './command.ts';
import { crashText } from './crash-text.ts';
import { installMissing } from './install.ts';
import { tellPhases } from './tell-phases.ts';
import { about, causeWords, table } from './words.ts';

interface Options {
  /** Of `up`: an engine that is not installed may be. */
  readonly yes?: boolean;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

interface Verb {
  readonly name: 'up' | 'down' | 'restart';
  readonly call: 'engines.start' | 'engines.stop' | 'engines.restart';
  readonly description: string;
  /** What an engine is when it worked, and when nobody waited for it. */
  readonly done: string;
  readonly asked: string;
  /** Said when no engine was concerned. */
  readonly none: string;
}

const VERBS: readonly Verb[] = [
  {
    name: 'up',
    call: 'engines.start',
    description: 'Start engines and wait until they are ready. Without names: switch the stack on.',
    done: 'ready',
    asked: 'asked to start',
    none: 'The stack is on. No engine starts with it; others start when a request asks for them.',
  },
  {
    name: 'down',
    call: 'engines.stop',
    description: 'Stop engines and hold them: no request wakes them. Without names: switch the stack off.',
    done: 'stopped',
    asked: 'asked to stop',
    none: 'The stack is off. There was no engine to stop.',
  },
  {
    name: 'restart',
    call: 'engines.restart',
    description: 'Restart engines. Without names: all managed ones that run now.',
    done: 'ready',
    asked: 'asked to restart',
    none: 'No managed engine runs.',
  },
];

export function registerEngines(program: Command, registered: Registered): void {
  for (const verb of VERBS) {
    const command = program
      .command(verb.name)
      .description(verb.description)
      .argument('[engine...]', 'names of engines', namesArgument)
      .option('--no-wait', 'return at once')
      .addOption(timeoutOption())
      .option('--json', 'one JSON document')
      .action(
        action(registered, (run, names: string[] | undefined, options: Options) =>
          carryOut(run, verb, names ?? [], options),
        ),
      );
    if (verb.name === 'up') command.option('--yes', 'install what is missing (LiteLLM, by pip) without asking');
  }
}

const timeoutOption = (): Option =>
  new Option('--timeout <duration>', 'how long to wait').argParser(durationArgument).default(10 * 60_000, '10m');

async function carryOut(run: Run, verb: Verb, names: readonly string[], options: Options): Promise<number> {
  const host = await run.host();
  const { engines } = await call(host, 'snapshot.get', {});
  if (verb.name === 'up') refuseOneGroup(engines, names);
  const { wait, timeout } = options;
  if (options.yes === true) await installMissing(run, host, engines, names);
  if (wait && run.io.errIsTerminal) await tellPhases(host, engines, run.say);
  const input = { names: [...new Set(names)], wait_ms: wait ? timeout : null };
  const outcomes = await call(host, verb.call, input);
  if (run.json) run.document({ engines: outcomes });
  else await report(run, host, verb, outcomes, options);
  if (names.length === 0 && verb.name !== 'up') {
    const others = engines.filter((engine) => engine.owner === 'external' && engine.phase !== 'stopped');
    for (const { name } of others) run.say(`${name} is run by somebody else and was left alone.`);
  }
  return outcomes.every((outcome) => outcome.ok) ? 0 : 1;
}

/** Of a group only one runs at a time, so two names of one could never both become ready. */
function refuseOneGroup(engines: readonly EngineView[], names: readonly string[]): void {
  const first = new Map<string, string>();
  for (const name of new Set(names)) {
    const group = engines.find((engine) => engine.name === name)?.group ?? null;
    if (group === null) continue;
    const other = first.get(group);
    if (other !== undefined) {
      throw new UsageError(`${other} and ${name} are both of group ${group}, of which only one runs at a time.`);
    }
    first.set(group, name);
  }
}

async function report(
  run: Run,
  host: HostClient,
  verb: Verb,
  outcomes: readonly EngineOutcome[],
  { wait }: Options,
): Promise<void> {
  if (outcomes.length === 0) return run.say(verb.none);
  const good = outcomes.filter((outcome) => outcome.ok);
  if (good.length > 0) {
    const [head, ...rest] = good.map((outcome) => [outcome.engine, wait ? verb.done : verb.asked]);
    run.io.out(table(head ?? [], rest));
  }
  for (const { engine, ok, cause, crash } of outcomes) {
    if (!ok) run.say(`error: ${about(engine, cause === null ? 'failed' : causeWords(cause))}`);
    if (crash) run.io.err(crashText(crash, (await call(host, 'engine.detail', { engine })).log_path));
  }
}
