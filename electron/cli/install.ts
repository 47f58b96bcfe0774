/** `stackyard up --yes`: what an engine lacks is installed first, with its progress on stderr. */
import { StackyardError } from '../../shared/errors.ts';
import type { EngineView, JobView } from '../../shared/model.ts';
import type { HostClient } from '../host/control-client.ts';
import { call, type Run } from './command.ts';

/** Installs what the named engines need, or with no names those that start with the stack. Throws when that fails. */
export async function installMissing(
  run: Run,
  host: HostClient,
  engines: readonly EngineView[],
  names: readonly string[],
): Promise<void> {
  const wanted = engines.filter(({ name, start }) =>
    names.length === 0 ? start === 'with-app' : names.includes(name),
  );
  for (const engine of wanted.filter(({ kind }) => kind === 'litellm')) {
    const { job } = await call(host, 'engine.install', { engine: engine.name });
    if (job === null) continue;
    const ended = await follow(run, host, job);
    if (ended.phase === 'done') continue;
    const cause = ended.cause ?? { code: 'cancelled', message: `${ended.title} was not installed.`, hint: null };
    throw new StackyardError(cause.code, cause.message, { hint: cause.hint });
  }
}

/** Follows a job to its end, saying each new thing that it does. */
async function follow(run: Run, host: HostClient, id: string): Promise<JobView> {
  let told = '';
  return new Promise((resolve, reject) => {
    const look = (jobs: readonly JobView[]): void => {
      const job = jobs.find((one) => one.id === id);
      if (job === undefined) return;
      const doing = job.doing === null ? '' : `${job.title}: ${job.doing}`;
      if (doing !== told && doing !== '') run.say(doing);
      told = doing;
      if (['done', 'failed', 'cancelled'].includes(job.phase)) resolve(job);
    };
    host.on('jobs', look);
    // Asked as well: it may have ended before the first event.
    host
      .subscribe()
      .then(() => call(host, 'jobs.list', {}))
      .then(look, reject);
  });
}
