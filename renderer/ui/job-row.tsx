import { RotateCw, X } from 'lucide-react';
import { memo } from 'react';
import type { JobView } from '../../shared/model.ts';
import { cancelJob, dismissJob, retryJob } from '../actions.ts';
import { bytes, fileName } from '../format.ts';
import { isUnderWay, jobDoing, jobState } from '../words.ts';
import { Button, IconButton } from './button.tsx';
import { Progress } from './progress.tsx';
import { Prose } from './prose.tsx';
import { State } from './state.tsx';

/** A piece of the host's long work: what it is, how it gets on, and what can be done about it. */
export const JobRow = memo(function JobRow({ job }: { readonly job: JobView }) {
  const { title, engine, cause, outcome } = job;
  return (
    <li className="job">
      <div className="job-what">
        <span className="mono cut" title={title}>
          {shortTitle(title)}
        </span>
        <span className="dim small-text">for {engine}</span>
      </div>
      <div className="job-doing">
        <State said={jobState(job)} />
        <span className="quiet small-text">{jobDoing(job)}</span>
      </div>
      <div className="job-actions">
        <Buttons job={job} />
      </div>
      {isUnderWay(job) && job.done_bytes !== null && job.total_bytes !== null && job.total_bytes > 0 && (
        <Progress label={`Progress of ${title}`} value={job.done_bytes / job.total_bytes} />
      )}
      {cause && (
        <p className="job-cause" role="alert">
          {cause.message} <Prose text={cause.hint} />
        </p>
      )}
      {outcome && <p className="job-outcome">{outcome}</p>}
    </li>
  );
});

/** Of a long path the name says most; the rest is in the tooltip. */
const shortTitle = (title: string): string => (/^(?:hf|https?):/.test(title) ? fileName(title) : title);

function Buttons({ job }: { readonly job: JobView }) {
  const { id, title, phase } = job;
  if (isUnderWay(job)) {
    return (
      <Button size="little" aria-label={`Cancel ${title}`} onClick={() => void cancelJob(id, title)}>
        Cancel
      </Button>
    );
  }
  // A finished one leaves nothing behind; an unfinished one may have gigabytes lying there.
  const kept = phase !== 'done' && job.kind === 'pull' && (job.done_bytes ?? 0) > 0 ? job.done_bytes : null;
  return (
    <>
      {phase !== 'done' && (
        <Button size="little" aria-label={`Try ${title} again`} onClick={() => void retryJob(id, title)}>
          <RotateCw className="icon small" aria-hidden="true" />
          {kept === null ? 'Try again' : 'Resume'}
        </Button>
      )}
      {kept === null ? (
        <IconButton name={`Dismiss ${title}`} size="little" onClick={() => void dismissJob(id, title)}>
          <X className="icon small" aria-hidden="true" />
        </IconButton>
      ) : (
        <Button size="little" aria-label={`Discard ${title}`} onClick={() => void dismissJob(id, title)}>
          Discard {bytes(kept)}
        </Button>
      )}
    </>
  );
}
