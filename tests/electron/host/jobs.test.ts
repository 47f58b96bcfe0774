import { describe, expect, it } from 'vitest';
import { Jobs } from '../../../electron/host/jobs.ts';
import { StackyardError } from '../../../shared/errors.ts';
import type { JobView } from '../../../shared/model.ts';
import { until } from '../../support/until.ts';

const spec = (title = 'tiny') => ({ kind: 'pull' as const, engine: 'llama', title });

/** Work that ends when told to, or when it is aborted. */
function gate() {
  let open = (): void => {};
  let fail = (_: Error): void => {};
  const work = (_job: unknown, signal: AbortSignal) =>
    new Promise<void>((done, refuse) => {
      open = done;
      fail = refuse;
      signal.addEventListener('abort', () => refuse(signal.reason as Error));
    });
  return { work, open: () => open(), fail: (error: Error) => fail(error) };
}

const started = async (jobs: Jobs, id: string) => {
  await until('the work has begun', () => jobs.list().find((job) => job.id === id)?.phase === 'running');
  await Promise.resolve();
};

describe('the jobs of a host', () => {
  it('run to their end, with what came of them', async () => {
    const jobs = new Jobs();
    const { id, ended } = jobs.run(spec(), async (job) => {
      job.update({ doing: 'downloading', done_bytes: 5, total_bytes: 10, outcome: 'In /models/tiny.gguf.' });
    });
    expect(jobs.list()[0]).toMatchObject({ id, phase: 'running', done_bytes: null, outcome: null, ended: null });
    expect(await ended).toMatchObject({
      phase: 'done',
      doing: null,
      done_bytes: 5,
      outcome: 'In /models/tiny.gguf.',
    });
    expect(jobs.list()[0]?.ended).not.toBeNull();
  });

  it('carry the cause of a failure', async () => {
    const jobs = new Jobs();
    const { ended } = jobs.run(spec(), async () => {
      throw new StackyardError('permission_denied', 'Not yours.', { hint: 'Ask.' });
    });
    expect(await ended).toMatchObject({
      phase: 'failed',
      cause: { code: 'permission_denied', message: 'Not yours.', hint: 'Ask.' },
    });
  });

  it('are the same job when the same is asked for while it runs, and a new one afterwards', async () => {
    const jobs = new Jobs();
    const one = gate();
    const first = jobs.run(spec(), one.work);
    const second = jobs.run(spec(), () => Promise.reject(new Error('must not be called')));
    expect(second).toMatchObject({ id: first.id, joined: true });
    expect(jobs.run({ ...spec(), kind: 'install' }, async () => {}).joined).toBe(false);
    await started(jobs, first.id);
    one.open();
    expect((await second.ended).phase).toBe('done');
    const third = jobs.run(spec(), async () => {});
    expect(third.joined).toBe(false);
    expect(jobs.list().filter((job) => job.kind === 'pull')).toHaveLength(1);
  });

  it('are cancelled and can be done again under the same id', async () => {
    const jobs = new Jobs();
    let runs = 0;
    const one = gate();
    const { id, ended } = jobs.run(spec(), (job, signal) => {
      runs += 1;
      return runs === 1 ? one.work(job, signal) : Promise.resolve();
    });
    await started(jobs, id);
    expect((await jobs.cancel(id)).phase).toBe('cancelled');
    expect(await ended).toMatchObject({ phase: 'cancelled', cause: null });
    expect((await jobs.retry(id).ended).phase).toBe('done');
    expect(jobs.list().map((job) => [job.id, job.phase])).toEqual([[id, 'done']]);
    expect(() => jobs.retry(id)).toThrow('done already');
  });

  it('are cancelled before they have begun', async () => {
    const jobs = new Jobs();
    const { id } = jobs.run(spec(), () => Promise.reject(new Error('must not be called')));
    expect(await jobs.cancel(id)).toMatchObject({ phase: 'cancelled', cause: null });
  });

  it('throw away what they kept when they are dismissed, not when they are done', async () => {
    const jobs = new Jobs();
    const thrown: string[] = [];
    const discard = (title: string) => async () => void thrown.push(title);
    const bad = jobs.run({ ...spec('bad'), discard: discard('bad') }, () => Promise.reject(new Error('no')));
    const good = jobs.run({ ...spec('good'), discard: discard('good') }, async () => {});
    const one = gate();
    const busy = jobs.run(spec('busy'), one.work);
    await Promise.all([bad.ended, good.ended]);
    await jobs.dismiss(bad.id);
    await jobs.dismiss(good.id);
    await expect(jobs.dismiss(busy.id)).rejects.toMatchObject({ code: 'bad_input' });
    await expect(jobs.dismiss(bad.id)).rejects.toMatchObject({ code: 'unknown_job' });
    expect(thrown).toEqual(['bad']);
    expect(jobs.list().map((job) => job.title)).toEqual(['busy']);
    await jobs.close();
  });

  it('are kept when they have ended, the last twenty', async () => {
    const jobs = new Jobs();
    for (let n = 1; n <= 25; n += 1) await jobs.run(spec(`m${n}`), async () => {}).ended;
    expect(jobs.list().map((job) => job.title)).toEqual(Array.from({ length: 20 }, (_, n) => `m${25 - n}`));
  });

  it('are told as a whole list, few times however often they move, and the last word is always told', async () => {
    const jobs = new Jobs();
    const told: (readonly JobView[])[] = [];
    jobs.watch((list) => told.push(list));
    const { ended } = jobs.run(spec(), async (job) => {
      for (let n = 1; n <= 10_000; n += 1) job.update({ done_bytes: n, total_bytes: 10_000 });
    });
    await ended;
    await until('the end is told', () => told.at(-1)?.[0]?.phase === 'done');
    expect(told.at(-1)?.[0]?.done_bytes).toBe(10_000);
    expect(told.length).toBeLessThanOrEqual(3);
  });

  it('all end with the host, and none begins after', async () => {
    const jobs = new Jobs();
    const one = gate();
    const { id, ended } = jobs.run(spec(), one.work);
    await started(jobs, id);
    await jobs.close();
    expect((await ended).phase).toBe('cancelled');
    expect(() => jobs.run(spec(), async () => {})).toThrow('stopping');
  });
});
