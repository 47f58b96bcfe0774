import { beforeEach, describe, expect, it } from 'vitest';
import { acceptJobs, followJobs, jobs } from '../../renderer/jobs.ts';
import { jobDoing, jobState } from '../../renderer/words.ts';
import { JOBS, job } from './support/recorded.ts';
import { scriptedBridge } from './support/scripted-bridge.ts';

const plain = (text: string) => text.replace(/\s/g, ' ');

beforeEach(() => jobs.setState({ list: null }));

describe('the window’s copy of the jobs', () => {
  it('is asked for once and follows what is told', async () => {
    const script = scriptedBridge({ 'jobs.list': () => ({ ok: true, value: JOBS }) });
    const off = followJobs(script.bridge);
    await Promise.resolve();
    await Promise.resolve();
    expect(jobs.getState().list).toEqual(JOBS);
    script.emit('jobs', [job('job-9')]);
    expect(jobs.getState().list?.map(({ id }) => id)).toEqual(['job-9']);
    off();
    script.emit('jobs', []);
    expect(jobs.getState().list).toHaveLength(1);
  });

  it('keeps what was told when the answer to the question comes later', async () => {
    const script = scriptedBridge({ 'jobs.list': () => ({ ok: true, value: JOBS }) });
    followJobs(script.bridge);
    script.emit('jobs', [job('job-9')]);
    await Promise.resolve();
    await Promise.resolve();
    expect(jobs.getState().list?.map(({ id }) => id)).toEqual(['job-9']);
  });

  it('keeps the identity of jobs that stand still, so that only those that move are drawn', () => {
    acceptJobs(JOBS);
    const before = jobs.getState().list ?? [];
    acceptJobs(JOBS.map((one, n) => (n === 0 ? { ...one, done_bytes: 2_000_000_000 } : { ...one })));
    const after = jobs.getState().list ?? [];
    expect(after.map((one, n) => one === before[n])).toEqual([false, true, true, true, true]);
  });
});

describe('a job in words', () => {
  it('says how it gets on, and never a number that nobody knows', () => {
    expect(JOBS.map((one) => [plain(jobState(one).word), plain(jobDoing(one))])).toEqual([
      ['43 %', '1.1 GB of 2.5 GB, 23 MB/s, 1:01 left'],
      ['Waiting', 'The connection to ollama broke (ECONNRESET); trying again'],
      ['Failed', ''],
      ['Cancelled', '1.1 GB of 2.5 GB kept'],
      ['Done', '4.1 GB'],
    ]);
    const unknown = job('job-1', { total_bytes: null, left_ms: null });
    expect([jobState(unknown).word, plain(jobDoing(unknown))]).toEqual(['Running', '1.1 GB, 23 MB/s']);
    const young = job('job-1', {
      done_bytes: null,
      total_bytes: null,
      rate: null,
      left_ms: null,
      doing: 'connecting',
    });
    expect([jobState(young).word, jobDoing(young)]).toEqual(['Running', 'Connecting']);
    const checking = job('job-1', { phase: 'verifying', doing: 'checking its sha256', rate: null, left_ms: null });
    expect([jobState(checking).word, plain(jobDoing(checking))]).toEqual([
      'Checking',
      'Checking its sha256, 1.1 GB of 2.5 GB',
    ]);
  });
});
