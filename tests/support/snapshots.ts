/** Snapshots for tests: everything quiet, then what the test changes. */
import type { EngineView, StackSnapshot } from '../../shared/model.ts';

export const engineView = (over: Partial<EngineView> = {}): EngineView => ({
  name: 'llama',
  kind: 'llama.cpp',
  owner: 'managed',
  phase: 'stopped',
  held: false,
  pid: null,
  port: 8080,
  url: 'http://127.0.0.1:8080',
  version: null,
  since: '2026-11-23T09:00:00.000Z',
  restarts: 0,
  memory: null,
  cause: null,
  start: 'on-demand',
  group: null,
  progress: null,
  in_flight: 0,
  waiting: 0,
  command: null,
  loads_models: false,
  run_by: null,
  adopted: false,
  pulls: null,
  pinned: false,
  waits_for: null,
  idle_stop_at: null,
  max_memory: null,
  made_room: 0,
  ...over,
});

export interface SnapshotChanges extends Partial<Omit<StackSnapshot, 'gateway' | 'config'>> {
  readonly gateway?: Partial<StackSnapshot['gateway']>;
  readonly config?: Partial<StackSnapshot['config']>;
}

/** A gateway that listens on port 4000 under an applied config without engines. */
export const snapshotOf = ({ gateway, config, ...over }: SnapshotChanges = {}): StackSnapshot => ({
  schema: 1,
  revision: 1,
  stack_on: true,
  light: 'on',
  engines: [],
  models: [],
  router: { pid: 2 },
  host: { pid: 1, version: '0.1.0', started: '2026-11-23T09:00:00.000Z' },
  ...over,
  gateway: {
    url: 'http://127.0.0.1:4000',
    phase: 'ready',
    in_flight: 0,
    waiting: 0,
    cause: null,
    keys: false,
    ...gateway,
  },
  config: {
    path: '/home/me/stackyard.yaml',
    revision: 'abc',
    phase: 'applied',
    findings: [],
    theme: 'system',
    ...config,
  },
});
