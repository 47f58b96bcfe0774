import { useMemo } from 'react';
import { useJobs } from '../../jobs.ts';
import { JobRow } from '../../ui/job-row.tsx';

/** The models that are being got, or were, until somebody dismisses them. Nothing when there are none. */
export function PullList() {
  const all = useJobs((list) => list);
  const pulls = useMemo(() => all.filter((job) => job.kind === 'pull'), [all]);
  if (pulls.length === 0) return null;
  return (
    <section className="pulls scroll" aria-label="Downloads">
      <ul className="jobs">
        {pulls.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    </section>
  );
}
