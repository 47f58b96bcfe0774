import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StackyardError } from '../../../shared/errors.ts';
import { until } from '../../support/until.ts';
import { cli, startCli } from './cli-run.ts';
import { type PocketHost, startPocketHost, testPaths } from './pocket-host.ts';

let host: PocketHost;
beforeEach(async () => {
  host = await startPocketHost();
});
afterEach(() => host.close());

const MODEL = 'hf:o/r/tiny.gguf';
const words = (...rest: string[]) => ['pull', ...rest, '--config', host.paths.config, '--data-dir', host.paths.data];

/** A pull that stands at half until it is let go on. */
function halfway() {
  let open = (): void => {};
  host.pull.work = (job, signal) =>
    new Promise((done, fail) => {
      job.update({ doing: 'downloading', done_bytes: 512 * 1024, total_bytes: 1024 * 1024 });
      open = done;
      signal.addEventListener('abort', () => fail(signal.reason as Error));
    });
  return () => open();
}

const underWay = () => until('it is under way', () => host.jobs.list()[0]?.done_bytes === 512 * 1024);

describe('stackyard pull', () => {
  it('waits, and says what came of it', async () => {
    host.pull.work = async (job) => job.update({ outcome: 'It is in /models/tiny.gguf.' });
    const run = await cli(words('llama', MODEL));
    expect(run).toMatchObject({ code: 0, out: `llama: got ${MODEL}\n` });
    expect(run.err).toContain('It is in /models/tiny.gguf.');
  });

  it('shows how it gets on: lines for a log, one line for a person', async () => {
    const open = halfway();
    const log = startCli(words('llama', MODEL));
    const terminal = startCli(words('llama', MODEL), { terminal: true });
    await until('both show it', () => log.err().includes('50 %') && terminal.err().includes('50 % of 1.0 MiB'));
    open();
    expect(await Promise.all([log.code, terminal.code])).toEqual([0, 0]);
    expect(log.err()).toContain('downloading 50 %\n');
    expect(terminal.err()).toContain('\r\u001b[Kdownloading 50 % of 1.0 MiB');
    expect(`${log.err()}${terminal.err()}`).toContain('It is being downloaded already.');
  });

  it('gives one document with --json, and the cause of a failure with exit code 1', async () => {
    host.pull.work = async () => {
      throw new StackyardError('download_denied', 'They say no.', { hint: 'Ask them.' });
    };
    const run = await cli(words('llama', MODEL, '--json'));
    expect(run.code).toBe(1);
    expect(run.json).toMatchObject({
      schema: 1,
      job: { phase: 'failed', cause: { code: 'download_denied', message: 'They say no.', hint: 'Ask them.' } },
    });
    expect(run.err).toContain('error: They say no.\n  Ask them.');
  });

  it('returns at once with --no-wait', async () => {
    halfway();
    expect(await cli(words('llama', MODEL, '--no-wait'))).toMatchObject({
      code: 0,
      out: expect.stringContaining(MODEL),
    });
    const run = await cli(words('llama', MODEL, '--no-wait', '--json'));
    expect(run.json).toMatchObject({ schema: 1, job: { phase: 'running' } });
  });

  it('leaves the download going at Ctrl-C and says so', async () => {
    halfway();
    const run = startCli(words('llama', MODEL));
    await underWay();
    await until('it watches', () => run.err().includes('50 %'));
    run.signal('SIGINT');
    expect(await run.code).toBe(130);
    expect(run.err()).toContain('The download goes on.');
    expect(host.jobs.list()[0]?.phase).toBe('running');
  });

  it('ends it with --cancel, which the one that waits is told', async () => {
    halfway();
    const run = startCli(words('llama', MODEL));
    await underWay();
    expect(await cli(words('llama', MODEL, '--cancel'))).toMatchObject({ code: 0, out: `${MODEL}: cancelled\n` });
    expect(await run.code).toBe(1);
    expect(run.err()).toContain(`${MODEL}: cancelled`);
    expect(host.jobs.list()[0]?.phase).toBe('cancelled');
  });

  it('ends and forgets it with --discard', async () => {
    halfway();
    expect((await cli(words('llama', MODEL, '--no-wait'))).code).toBe(0);
    const page = 'https://huggingface.co/o/r/blob/main/tiny.gguf';
    expect(await cli(words('llama', page, '--discard'))).toMatchObject({ code: 0, out: `${MODEL}: discarded\n` });
    expect(host.jobs.list()).toEqual([]);
    expect(await cli(words('llama', MODEL, '--cancel'))).toMatchObject({ code: 1, out: '' });
  });

  it('fails with the host’s own words for an engine that there is not, and is wrong usage without a model', async () => {
    expect((await cli(words('nobody', MODEL))).err).toContain('There is no engine nobody.');
    expect(await cli(words('llama'))).toMatchObject({ code: 2, out: '' });
    expect(await cli(words('llama', MODEL, '--cancel', '--sha256', 'a'))).toMatchObject({ code: 2, out: '' });
  });

  it('says that nothing runs', async () => {
    const { config, data } = await testPaths();
    const run = await cli(['pull', 'llama', MODEL, '--config', config, '--data-dir', data, '--json']);
    expect(run).toMatchObject({ code: 1 });
    expect(run.json).toMatchObject({ schema: 1, error: { code: 'no_host' } });
  });
});
