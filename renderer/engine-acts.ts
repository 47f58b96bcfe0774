import type { EngineView } from '../shared/model.ts';
import type { Act } from './act.ts';
import { copy, pinEngine, restartEngine, startEngine, stopEngine } from './actions.ts';
import { go } from './route.ts';
import { wishFor } from './wish.ts';
import { canStart, isOurs } from './words.ts';

export interface EngineActs {
  readonly start?: Act;
  readonly stop?: Act;
  readonly restart?: Act;
  readonly pin?: Act;
  /** Asks first, on its page. */
  readonly takeover?: Act;
  readonly log: Act;
  readonly configure: Act;
  readonly copy?: Act;
}

/** What can be done with an engine now. One that somebody else runs is only looked at. */
export function engineActs(engine: EngineView): EngineActs {
  const { name, url, pinned } = engine;
  const ours = isOurs(engine);
  const down = canStart(engine);
  const mayRun = ours || engine.owner === null;
  const up = !down && engine.phase !== 'stopping';
  return {
    ...(mayRun && down && { start: { label: `Start ${name}`, key: 'start', run: () => void startEngine(name) } }),
    ...(mayRun && up && { stop: { label: `Stop ${name}`, key: 'start', run: () => void stopEngine(name) } }),
    ...(ours && up && { restart: { label: `Restart ${name}`, key: 'restart', run: () => void restartEngine(name) } }),
    ...(ours &&
      (pinned || !down) && {
        pin: { label: `${pinned ? 'Unpin' : 'Pin'} ${name}`, key: 'pin', run: () => void pinEngine(name, !pinned) },
      }),
    ...(engine.adopted &&
      engine.phase !== 'stopped' && {
        takeover: {
          label: `Take over ${name}…`,
          run: () => wishFor({ what: 'takeover', engine: name }, { page: 'engines', engine: name }),
        },
      }),
    log: { label: `Log of ${name}`, run: () => go({ page: 'engines', engine: name }) },
    configure: { label: `Config of ${name}`, run: () => go({ page: 'config', engine: name }) },
    ...(url !== null && {
      copy: { label: `Copy the address of ${name}`, key: 'copy', run: () => void copy(url, `address of ${name}`) },
    }),
  };
}
