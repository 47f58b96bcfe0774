/** `stackyard logs`: what an engine, or Stackyard itself, has written. */
import { type Command, InvalidArgumentError } from 'commander';
import type { CallOutput } from '../../shared/contract/ipc.ts';
import type { LogLine } from '../../shared/model.ts';
import type { HostClient } from '../host/control-client.ts';
import { action, call, nameArgument, type Registered, type Run } from './command.ts';
import { plain } from './words.ts';

interface Options {
  readonly follow?: true;
  readonly lines: number;
}

/** Most lines that the host gives at once. */
const PAGE = 5000;

export function registerLogs(program: Command, registered: Registered): void {
  program
    .command('logs')
    .description('Show the log of an engine, or of Stackyard itself.')
    .argument('[engine]', 'name of an engine; default: Stackyard’s own log', nameArgument)
    .option('-f, --follow', 'go on with what is written from now on, until Ctrl-C')
    .option('-n, --lines <number>', 'how many of the last lines', linesArgument, 100)
    .option('--json', 'one JSON document; with -f one line of JSON for each line')
    .action(
      action(registered, async (run, given: string | undefined, options: Options) => {
        const engine = given ?? null;
        const host = await run.host();
        if (options.follow) return follow(run, host, engine, options.lines);
        const { lines, path } = await read(host, engine, options.lines);
        if (run.json) run.document({ engine, path, lines });
        else run.io.out(lines.map(lineText).join(''));
        return 0;
      }),
    );
}

/** The last lines, page by page back from the end. */
async function read(
  host: HostClient,
  engine: string | null,
  wanted: number,
): Promise<{ lines: readonly LogLine[]; path: string }> {
  let lines: readonly LogLine[] = [];
  let before: number | null = null;
  for (;;) {
    // With `-n 0` one line is asked for all the same: the question also tells whether there is such an engine.
    const limit = Math.min(Math.max(wanted - lines.length, 1), PAGE);
    const page: CallOutput['logs.read'] = await call(host, 'logs.read', { engine, after: null, before, limit });
    lines = [...page.lines, ...lines];
    before = page.lines[0]?.seq ?? null;
    if (page.lines.length < limit || lines.length >= wanted || before === null) {
      return { lines: wanted === 0 ? [] : lines.slice(-wanted), path: page.path };
    }
  }
}

/** Watches first and reads then, so that no line falls between; what came both ways is written once. */
async function follow(run: Run, host: HostClient, engine: string | null, wanted: number): Promise<number> {
  const write = (lines: readonly LogLine[]): void => {
    const text = (line: LogLine): string =>
      run.json ? `${JSON.stringify({ schema: 1, engine, ...line })}\n` : lineText(line);
    run.io.out(lines.map(text).join(''));
  };
  let early: LogLine[] | null = [];
  host.on('log', (event) => {
    if (event.engine !== engine) return;
    if (early) early.push(...event.lines);
    else write(event.lines);
  });
  await call(host, 'logs.watch', { engine, on: true });
  const { lines } = await read(host, engine, wanted);
  write(lines);
  const known = new Set(lines.map(identity));
  const last = lines.at(-1)?.seq ?? -1;
  write(early.filter((line) => line.seq >= last && !known.has(identity(line))));
  early = null;
  await host.closed;
  run.say('Stackyard ended.');
  return 1;
}

const identity = (line: LogLine): string => `${line.seq} ${line.source} ${line.text}`;

const lineText = (line: LogLine): string =>
  `${line.source === 'stackyard' ? '[stackyard] ' : ''}${plain(line.text)}\n`;

function linesArgument(text: string): number {
  const lines = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(lines)) throw new InvalidArgumentError('Write a number of lines.');
  return lines;
}
