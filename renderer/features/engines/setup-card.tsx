/** What LiteLLM needs before it can start: itself, asked for once; and a config file without errors, shown line by line. */
import './setup-card.css';
import { useEffect, useState } from 'react';
import type { EngineSetup, FramedFinding } from '../../../shared/contract/ipc.ts';
import type { EngineView, JobView } from '../../../shared/model.ts';
import { attempt } from '../../actions.ts';
import { bridge } from '../../bridge.ts';
import { bytes, fileName } from '../../format.ts';
import { classes } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Prose } from '../../ui/prose.tsx';

interface Props {
  readonly engine: EngineView;
}

export function SetupCard({ engine }: Props) {
  const setup = useSetup(engine);
  const job = useInstallJob(engine.name);
  if (setup === null) return null;
  const { install, file } = setup;
  const installing = job !== null && ['waiting', 'running', 'verifying'].includes(job.phase);
  const findings = file.findings;
  return (
    <>
      {(install.needed || installing) && <InstallCard engine={engine.name} install={install} job={job} />}
      {findings.length > 0 && <FileCard path={file.path} findings={findings} running={engine.pid !== null} />}
    </>
  );
}

/** Asked again whenever the engine's phase or cause changes: that is what follows from a file that was changed. */
function useSetup({ name, phase, cause }: EngineView): EngineSetup | null {
  const [setup, setSetup] = useState<EngineSetup | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: phase and cause say when to ask again
  useEffect(() => {
    let gone = false;
    void bridge()
      .call('engine.setup', { engine: name })
      .then((reply) => {
        if (!gone && reply.ok) setSetup(reply.value);
      });
    return () => {
      gone = true;
    };
  }, [name, phase, cause?.code, cause?.message]);
  return setup?.engine === name ? setup : null;
}

function useInstallJob(engine: string): JobView | null {
  const [jobs, setJobs] = useState<readonly JobView[]>([]);
  useEffect(() => {
    let gone = false;
    const off = bridge().on('jobs', setJobs);
    void bridge()
      .call('jobs.list', {})
      .then((reply) => {
        if (!gone && reply.ok) setJobs(reply.value);
      });
    return () => {
      gone = true;
      off();
    };
  }, []);
  return jobs.find((job) => job.kind === 'install' && job.engine === engine) ?? null;
}

interface InstallProps {
  readonly engine: string;
  readonly install: EngineSetup['install'];
  readonly job: JobView | null;
}

function InstallCard({ engine, install, job }: InstallProps) {
  const running = job !== null && ['waiting', 'running', 'verifying'].includes(job.phase);
  const begin = () => void attempt(`Install ${install.title}`, 'engine.install', { engine });
  return (
    <section className="crash attention" aria-label={`Install ${install.title}`}>
      <div className="why">
        <h2>{running ? `Installing ${install.title}` : 'LiteLLM is not installed'}</h2>
        {running ? (
          <Running job={job} />
        ) : (
          <>
            <p>
              Stackyard can install {install.title} from PyPI: {bytes(install.download)} to download, every file
              checked against a hash that comes with Stackyard. It needs Python 3.10 or later.
            </p>
            <p className="dim small-text mono">{install.folder}</p>
            {job?.phase === 'failed' && job.cause !== null && (
              <p role="alert">
                <b>The last try failed.</b> <Prose text={job.cause.message} />{' '}
                {job.cause.hint !== null && <Prose text={job.cause.hint} />}
              </p>
            )}
          </>
        )}
      </div>
      <div className="fixes">
        <span className="label">What you can do</span>
        {running ? (
          <button
            type="button"
            className="option"
            onClick={() => void attempt('Cancel', 'job.cancel', { id: job.id })}
          >
            <b>Cancel</b>
            <span>Removes what is there so far.</span>
          </button>
        ) : (
          <button type="button" className="option best" onClick={begin}>
            <b>{job?.phase === 'failed' ? 'Try again' : `Install ${install.title}`}</b>
            <span>{bytes(install.download)}; the engine starts when it is there.</span>
          </button>
        )}
      </div>
    </section>
  );
}

function Running({ job }: { readonly job: JobView }) {
  const share = job.done_bytes !== null && job.total_bytes ? job.done_bytes / job.total_bytes : 0;
  const words = job.doing ?? job.phase;
  return (
    <>
      <Progress label={`Installing ${job.title}`} value={share} />
      <p className="tabular" aria-live="polite">
        {words.charAt(0).toUpperCase() + words.slice(1)}, {bytes(job.done_bytes)} of {bytes(job.total_bytes)}
      </p>
    </>
  );
}

interface FileProps {
  readonly path: string;
  readonly findings: readonly FramedFinding[];
  /** Whether a proxy runs with an earlier version of the file. */
  readonly running: boolean;
}

/** LiteLLM's own file, each finding at its line. It is edited where the user edits it; Stackyard takes it up by itself. */
function FileCard({ path, findings, running }: FileProps) {
  const errors = findings.filter((one) => one.severity === 'error').length;
  const title =
    errors > 0 ? `${fileName(path)} has ${errors === 1 ? 'an error' : `${errors} errors`}` : fileName(path);
  return (
    <section className={classes('crash', 'attention', 'one-column')} aria-label={`Findings in ${fileName(path)}`}>
      <div className="why">
        <h2>{title}</h2>
        {errors > 0 && (
          <p>
            {running
              ? 'LiteLLM goes on with the file as it was. Correct it, and it restarts when its requests are done.'
              : 'LiteLLM is not started with it. Correct it, and it starts by itself.'}
          </p>
        )}
        {findings.map((one) => (
          <div key={`${one.line}:${one.column}:${one.code}`} className="file-finding">
            <p>
              <b>{one.severity === 'error' ? 'Error' : 'Warning'}</b>{' '}
              <span className="mono small-text dim">
                {path}:{one.line}:{one.column}
              </span>
            </p>
            <p>
              <Prose text={one.message} />
            </p>
            <pre>{one.frame}</pre>
            {one.hint !== null && (
              <p>
                <Prose text={one.hint} />
              </p>
            )}
          </div>
        ))}
      </div>
    </section>
  );
}
