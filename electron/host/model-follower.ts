/** Keeps the list of an engine's models fresh while it is up, by endpoints that never wake one. */
import { request } from 'node:http';
import type { KnownModel } from '../core/engine-facts.ts';
import type { ModelDescription, ReportedModel } from '../engines/profile.ts';
import { ask } from './ask.ts';
import type { Probed, Probes } from './probes.ts';

/** How often the list is read again; loading itself is told by the engine's event stream where it has one. */
const EVERY = 10_000;
/** While a model is loading on an engine without such a stream. */
const WHILE_LOADING = 500;

export interface Followed extends Probed {
  readonly probes: Probes;
}

export interface ModelFollower {
  /** Reads the list now. */
  refresh(): Promise<void>;
  close(): void;
}

/** Starts following; `told` gets each new list. */
export function followModels(engine: Followed, told: (models: readonly KnownModel[]) => void): ModelFollower {
  const { profile } = engine;
  let models: readonly KnownModel[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const show = (next: readonly KnownModel[]) => {
    if (closed || JSON.stringify(next) === JSON.stringify(models)) return;
    models = next;
    told(models);
  };
  const descriptions = new Map<string, ModelDescription>();
  const described = (model: ReportedModel): ReportedModel => ({ ...model, ...descriptions.get(sameness(model)) });
  let asking = false;
  /** Asks about models of which it is not known yet what they can do, one after the other. */
  const describe = async (reported: readonly ReportedModel[]): Promise<void> => {
    const way = profile.describe;
    const address = engine.address();
    if (way === null || address === null || asking) return;
    asking = true;
    for (const model of reported.filter((one) => !descriptions.has(sameness(one)))) {
      const answer = await ask(address, way.ask(model.id), { apiKey: engine.apiKey });
      if (closed) return;
      // Without an answer it is asked again with the next list.
      if (answer.status === null) break;
      descriptions.set(sameness(model), way.read(answer) ?? {});
      show(models.map(described));
    }
    asking = false;
  };
  const refresh = async (): Promise<void> => {
    clearTimeout(timer);
    if (closed) return;
    const [answer, inMemory] = await Promise.all([engine.probes.ask('models'), engine.probes.ask('loaded')]);
    if (answer === null) return;
    const reported = profile.reported(answer, inMemory);
    if (closed) return;
    if (reported !== null) {
      show(reported.map(described));
      void describe(reported);
    }
    clearTimeout(timer);
    if (profile.fixedModels && reported !== null) return;
    const loading = profile.progress === null && models.some((m) => m.phase === 'loading');
    timer = setTimeout(() => void refresh(), loading ? WHILE_LOADING : EVERY);
  };
  const merge = (one: KnownModel) => {
    if (!models.some((m) => m.id === one.id)) return void refresh();
    show(models.map((m) => (m.id === one.id ? { ...m, phase: one.phase, progress: one.progress } : m)));
  };

  void refresh();
  const stream = openStream(engine, merge, () => !closed);
  return {
    refresh,
    close() {
      closed = true;
      clearTimeout(timer);
      stream.close();
    },
  };
}

/** Changes when another model goes by the same name, as far as its list tells. */
const sameness = ({ id, bytes }: ReportedModel): string => `${id} ${bytes ?? ''}`;

/** The engine's own events about loading; opened again after a pause whenever it ends. */
function openStream(engine: Followed, merge: (one: KnownModel) => void, wanted: () => boolean): { close(): void } {
  const { progress } = engine.profile;
  const address = engine.address();
  if (progress === null || address === null || !engine.profile.loadsModels(engine.config)) return { close: () => {} };
  const headers = engine.apiKey === null ? {} : { authorization: `Bearer ${engine.apiKey}` };
  let stop = () => {};
  let again: NodeJS.Timeout | undefined;
  const open = () => {
    if (!wanted()) return;
    const call = request(`${address}${progress.stream.path}`, { agent: false, headers }, (response) => {
      response.setEncoding('utf8');
      let held = '';
      response.on('data', (chunk: string) => {
        const events = (held + chunk).split(/\r?\n\r?\n/);
        held = (events.pop() ?? '').slice(-65_536);
        for (const event of events) read(event);
      });
      response.on('error', () => {});
      response.on('close', later);
    });
    call.on('error', later);
    call.end();
    stop = () => call.destroy();
  };
  const later = () => {
    clearTimeout(again);
    if (wanted()) again = setTimeout(open, 2_000);
  };
  const read = (event: string) => {
    const data = event
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trimStart())
      .join('\n');
    try {
      const told = progress.read(JSON.parse(data));
      if (told !== null) merge(told);
    } catch {
      // Not JSON: not one of the events that tell about models.
    }
  };
  open();
  return {
    close() {
      clearTimeout(again);
      stop();
    },
  };
}
