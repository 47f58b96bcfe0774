import type { StackSnapshot } from '../../shared/model.ts';
import type { HostClient } from '../host/control-client.ts';
import { engineWords } from './words.ts';

/** Says every change of an engine's state from now on, a sentence each, so that a long wait is not a silent one. */
export async function tellPhases(host: HostClient, say: (sentence: string) => void): Promise<void> {
  let before: ReadonlyMap<string, string> | null = null;
  host.on('snapshot', (snapshot) => {
    const now = new Map(snapshot.engines.map((engine) => [engine.name, wordsWithoutProgress(engine)]));
    for (const [name, words] of now) {
      if (before !== null && before.get(name) !== words) say(`${name}: ${words} …`);
    }
    before = now;
  });
  await host.subscribe();
}

const wordsWithoutProgress = (engine: StackSnapshot['engines'][number]): string =>
  engineWords({ ...engine, progress: null });
