/** `stackyard pull`: gets a model for an engine. The running host does it, so it goes on when this command is gone. */
import type { Command } from 'commander';
import type { JobView } from '../../shared/model.ts';
import { readPullSource } from '../../shared/pull-source.ts';
import type { HostClient } from '../host/control-client.ts';
import { action, call, failure, nameArgument, type Registered, type Run, UsageError } from './command.ts';
import { bytesWords, leftWords, plain } from './words.ts';

interface Options {
  readonly sha256?: string;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  readonly cancel?: boolean;
  readonly discard?: boolean;
}

export function registerPull(program: Command, registered: Registered): void {
  program
    .command('pull')
    .description('Get a model for an engine. The running Stackyard does it: this command only watches.')
    .argument('<engine>', 'name of an engine', nameArgument)
    .argument('<model>', 'for Ollama a name; for a llama.cpp folder hf:OWNER/REPO/FILE.gguf[@REVISION] or an address')
    .option('--sha256 <hex>', 'what the file’s sha256 has to be')
    .option('--no-wait', 'return at once; see it in the window, or watch it by asking again')
    .option('--cancel', 'end it; what is there is kept for the next time')
    .option('--discard', 'end it, and throw away what is there')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(action(registered, pull));
}

const EXAMPLES = `
Examples:
  stackyard pull ollama qwen2.5:7b
  stackyard pull llama hf:ggml-org/gemma-3-4b-it-GGUF/gemma-3-4b-it-Q4_K_M.gguf
  stackyard pull llama https://example.org/tiny.gguf --sha256 …

Ctrl-C leaves the download going. Asking for the same again watches it, or goes on with what an ended one has left.`;

/** Back to the beginning of the terminal's line, and away with the rest of it. */
const CLEAR = '\r\u001b[K';

async function pull(run: Run, engine: string, model: string, options: Options): Promise<number> {
  const host = await run.host();
  if (options.cancel === true || options.discard === true) return end(run, host, engine, model, options);
  const { wait, sha256 } = options;
  const watching = watch(run, host);
  await host.subscribe();
  const { id, joined } = await call(host, 'model.pull', { engine, model, sha256: sha256 ?? null });
  if (joined) run.say('It is being downloaded already.');
  if (!wait) {
    const job = (await call(host, 'jobs.list', {})).find((one) => one.id === id) ?? null;
    if (run.json) run.document({ job });
    else run.io.out(`${plain(model)}: asked ${engine} to get it\n`);
    return 0;
  }
  const off = run.io.onSignal('SIGINT', () => {
    run.say(`${run.io.errIsTerminal ? CLEAR : ''}The download goes on. With --cancel this command ends it.`);
  });
  run.atEnd(off);
  const job = await watching.ended(id);
  if (run.json) run.document({ job });
  else if (job.phase === 'done') run.io.out(`${engine}: got ${plain(job.title)}\n`);
  if (job.phase === 'done') {
    if (job.outcome !== null) run.say(plain(job.outcome));
    return 0;
  }
  run.say(job.cause === null ? `${plain(job.title)}: cancelled` : failure(job.cause));
  return 1;
}

async function end(
  run: Run,
  host: HostClient,
  engine: string,
  model: string,
  { discard = false, sha256 }: Options,
): Promise<number> {
  if (sha256 !== undefined) throw new UsageError('--sha256 is for a download that begins.');
  const jobs = await call(host, 'jobs.list', {});
  const found = jobs.find((job) => job.kind === 'pull' && job.engine === engine && sameModel(job.title, model));
  if (found === undefined) {
    run.say(`error: ${engine} is not getting ${plain(model)}.`);
    if (run.json) run.document({ job: null });
    return 1;
  }
  const job = await call(host, 'job.cancel', { id: found.id });
  if (discard) await call(host, 'job.dismiss', { id: found.id });
  if (run.json) run.document({ job });
  else
    run.io.out(`${plain(job.title)}: ${job.phase === 'done' ? 'was done' : discard ? 'discarded' : 'cancelled'}\n`);
  return 0;
}

/** A title is the source in its shortest form, without what of an address may be secret. */
function sameModel(title: string, model: string): boolean {
  const read = readPullSource(model);
  return title === (read.ok ? read.source.label : model.trim());
}

/** Shows how jobs move; one line rewritten where a person reads it, else a line for each tenth. */
function watch(run: Run, host: HostClient): { ended: (id: string) => Promise<JobView> } {
  let mine: string | null = null;
  let latest: readonly JobView[] = [];
  let shown = '';
  let settle: (job: JobView) => void = () => {};
  const look = (): void => {
    const job = latest.find((one) => one.id === mine);
    if (job === undefined) return;
    const over = job.ended !== null;
    if (run.io.errIsTerminal) {
      run.io.err(`${CLEAR}${over ? '' : line(job)}`);
    } else if (!over && step(job) !== shown) {
      shown = step(job);
      run.say(shown);
    }
    if (over) settle(job);
  };
  host.on('jobs', (jobs) => {
    latest = jobs;
    look();
  });
  return {
    ended: (id) =>
      new Promise((done, fail) => {
        mine = id;
        settle = done;
        // The host says why on its way out, if it can.
        void host.closed.then(() => fail(new Error('Stackyard was stopped; what is there is kept.')));
        look();
      }),
  };
}

/** `downloading 43 % of 4.1 GiB, 12 MiB/s, 3 min left`. */
function line(job: JobView): string {
  const { done_bytes: done, total_bytes: total, rate, left_ms: left } = job;
  const words = plain(job.doing ?? job.phase);
  if (done === null) return words;
  const share = total === null || total === 0 ? bytesWords(done) : `${percentOf(job)} % of ${bytesWords(total)}`;
  const pace = rate === null ? '' : `, ${bytesWords(rate)}/s`;
  return `${words} ${share}${pace}${left === null ? '' : `, ${leftWords(left)} left`}`;
}

/** The same without what changes all the time. */
function step(job: JobView): string {
  const share = percentOf(job);
  return `${plain(job.doing ?? job.phase)}${share === null ? '' : ` ${Math.floor(share / 10) * 10} %`}`;
}

function percentOf({ done_bytes: done, total_bytes: total }: JobView): number | null {
  return done === null || total === null || total === 0 ? null : Math.floor((done / total) * 100);
}
