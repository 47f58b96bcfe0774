/** What a host that dies by SIGKILL leaves behind, counted by the tag of its instance and by the ports it had open. Linux. */
import { isListening } from '../../electron/host/ports.ts';
import { instanceId } from './ledger.ts';
import { liveRuns } from './run-watch.ts';
import { until } from './until.ts';

export interface Estate {
  readonly instance: string;
  /** Processes that carry its tag, of all runs and the router. */
  pids(): readonly number[];
  /** Resolves when no process carries its tag and none of the ports is open any more. */
  gone(ports: readonly number[]): Promise<void>;
}

/** Of the host that holds this data folder now. */
export function estateOf(data: string): Estate {
  const instance = instanceId(data);
  if (instance === null) throw new Error(`${data} has no ledger with entries.`);
  const pids = () =>
    liveRuns()
      .filter(({ tag }) => tag.startsWith(`${instance}:`))
      .flatMap((run) => run.pids);
  return {
    instance,
    pids,
    gone: async (ports) => {
      await until('nobody carries its tag', () => pids().length === 0, { deadline: 30_000 });
      for (const port of ports)
        await until(`port ${port} is free`, async () => !(await isListening('127.0.0.1', port)));
    },
  };
}
