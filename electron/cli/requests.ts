/** `stackyard requests` and `cooldowns`: what went through the gateway, what became of it, and which targets rest. */
import { type Command, InvalidArgumentError } from 'commander';
import type { CooldownView } from '../../shared/contract/ipc.ts';
import type { RequestRecord } from '../../shared/contract/router.ts';
import { StackyardError } from '../../shared/errors.ts';
import type { HostClient } from '../host/control-client.ts';
import { action, call, nameArgument, type Registered, type Run } from './command.ts';
import { requestLine, traceText } from './request-text.ts';
import { plain, table } from './words.ts';

interface Options {
  readonly follow?: true;
  readonly last: number;
  readonly cancel?: string;
}

const MOST = 1000;

export function registerRequests(program: Command, registered: Registered): void {
  program
    .command('requests')
    .description('Show the requests of late, or with an id what happened to one of them.')
    .argument('[id]', 'id of a request, or its beginning', nameArgument)
    .option('-f, --follow', 'go on with what comes from now on, until Ctrl-C')
    .option('-n, --last <number>', 'how many of the last ones', countArgument, 20)
    .option('--cancel <id>', 'end one that is under way', nameArgument)
    .option('--json', 'one JSON document; with -f one line of JSON for each request that ends')
    .action(
      action(registered, async (run, id: string | undefined, options: Options) => {
        const host = await run.host();
        if (options.cancel !== undefined) return cancel(run, host, options.cancel);
        if (id !== undefined) return one(run, host, id);
        if (options.follow) return follow(run, host, options.last);
        const { active, more, finished } = await call(host, 'requests.list', { limit: options.last });
        if (run.json) run.document({ active, more, finished });
        else for (const record of [...finished].reverse()) run.io.out(requestLine(record));
        if (!run.json && finished.length === 0) run.say('No request has ended since Stackyard started.');
        return 0;
      }),
    );

  program
    .command('cooldowns')
    .description('Show which targets are left alone for a while, why, and until when.')
    .option('--clear [target]', 'let ENGINE/MODEL, or all of them, return at once')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run, { clear }: { clear?: string | true }) => {
        const host = await run.host();
        const before = await call(host, 'cooldowns.list', {});
        if (clear !== undefined) return thaw(run, host, before, clear === true ? null : clear);
        if (run.json) run.document({ cooldowns: before });
        else if (before.length === 0) run.say('No target is cooling down.');
        else run.io.out(table(['TARGET', 'UNTIL', 'WHY'], before.map(cooldownRow)));
        return 0;
      }),
    );
}

async function thaw(
  run: Run,
  host: HostClient,
  cooling: readonly CooldownView[],
  target: string | null,
): Promise<number> {
  const names = cooling.map(({ engine, model }) => `${engine}/${model}`);
  if (target !== null && !names.includes(target)) {
    const hint = names.length === 0 ? 'No target is cooling down.' : `Cooling down: ${names.join(', ')}.`;
    throw new StackyardError('unknown_model', `${target} is not cooling down.`, { hint });
  }
  await call(host, 'cooldowns.clear', { target });
  const cleared = target === null ? names : [target];
  if (run.json) run.document({ cleared });
  else
    run.say(
      cleared.length === 0 ? 'No target was cooling down.' : `May be tried again: ${plain(cleared.join(', '))}.`,
    );
  return 0;
}

async function one(run: Run, host: HostClient, id: string): Promise<number> {
  const record = await find(host, id);
  if (run.json) run.document({ request: record });
  else run.io.out(traceText(record));
  return 0;
}

async function cancel(run: Run, host: HostClient, id: string): Promise<number> {
  const record = await find(host, id);
  if (record.outcome !== null) {
    throw new StackyardError('bad_input', `The request ${record.id} has ended already.`, { hint: null });
  }
  await call(host, 'request.cancel', { id: record.id });
  if (run.json) run.document({ cancelled: record.id });
  else run.say(`Ended ${record.id}.`);
  return 0;
}

/** Those under way are only told of while somebody watches, and then within this time, ms. */
const TOLD_WITHIN = 1_000;

async function find(host: HostClient, id: string): Promise<RequestRecord> {
  let told = () => {};
  host.on('requests', () => told());
  const news = new Promise<void>((resolve) => {
    told = resolve;
    setTimeout(resolve, TOLD_WITHIN).unref();
  });
  await call(host, 'requests.watch', { on: true });
  const look = async (): Promise<readonly RequestRecord[]> => {
    const { active, finished } = await call(host, 'requests.list', { limit: MOST });
    return [...active, ...finished].filter((record) => record.id.startsWith(id));
  };
  let found = await look();
  if (found.length === 0) {
    await news;
    found = await look();
  }
  const [record] = found;
  if (record !== undefined && found.length === 1) return record;
  const what = record === undefined ? 'No request' : `More than one request`;
  throw new StackyardError('bad_input', `${what} of late has an id that begins with ${id}.`, {
    hint: 'See `stackyard requests`.',
  });
}

/** One line when a request ends; those that ended before come first. */
async function follow(run: Run, host: HostClient, last: number): Promise<number> {
  const write = (record: RequestRecord): void =>
    run.io.out(run.json ? `${JSON.stringify({ schema: 1, ...record })}\n` : requestLine(record));
  let early: RequestRecord[] | null = [];
  host.on('requests', ({ finished }) => {
    if (early) early.push(...finished);
    else finished.forEach(write);
  });
  await call(host, 'requests.watch', { on: true });
  const { finished } = await call(host, 'requests.list', { limit: last });
  const known = new Set(finished.map(({ id }) => id));
  for (const record of [...finished].reverse()) write(record);
  for (const record of early) if (!known.has(record.id)) write(record);
  early = null;
  await host.closed;
  run.say('Stackyard ended.');
  return 1;
}

const cooldownRow = ({ engine, model, why, until }: CooldownView): string[] => [
  plain(`${engine}/${model}`),
  new Date(until).toLocaleTimeString('en-GB'),
  plain(why),
];

function countArgument(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count > MOST) throw new InvalidArgumentError(`Write a number up to ${MOST}.`);
  return count;
}
