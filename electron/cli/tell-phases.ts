import type { EngineView } from '../../shared/model.ts';
import type { HostClient } from '../host/control-client.ts';
import { engineWords } from './words.ts';

/** Says every change of an engine's state from now on, so that a long wait is not a silent one. `before` is how they are now. */
export async function tellPhases(
  host: HostClient,
  before: readonly EngineView[],
  say: (sentence: string) => void,
): Promise<void> {
  const known = new Map(before.map((engine) => [engine.name, words(engine)]));
  host.on('snapshot', ({ engines }) => {
    for (const engine of engines) {
      if (known.get(engine.name) !== words(engine)) say(`${engine.name}: ${words(engine)}`);
      known.set(engine.name, words(engine));
    }
  });
  await host.subscribe();
}

/** Without the per cent, which would be a line each. */
const words = (engine: EngineView): string => engineWords({ ...engine, progress: null });
