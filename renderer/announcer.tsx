import { useEffect, useState } from 'react';
import type { EngineView } from '../shared/model.ts';
import { held } from './store.ts';
import { engineState } from './words.ts';

/** Tells screen readers, politely, when an engine changes its state. Progress is not read out. */
export function Announcer() {
  const [said, setSaid] = useState('');
  useEffect(
    () =>
      held.subscribe(({ snapshot }, before) => {
        const news = changes(before.snapshot?.engines ?? [], snapshot?.engines ?? []);
        if (news !== '') setSaid(news);
      }),
    [],
  );
  return (
    <div className="visually-hidden" aria-live="polite">
      {said}
    </div>
  );
}

/** `llama: Ready. ollama: Not running`, for engines whose phase differs. */
export function changes(before: readonly EngineView[], after: readonly EngineView[]): string {
  return after
    .filter((engine) => {
      const old = before.find((e) => e.name === engine.name);
      return old !== undefined && old.phase !== engine.phase;
    })
    .map((engine) => `${engine.name}: ${engineState({ ...engine, progress: null }).word}`)
    .join('. ');
}
