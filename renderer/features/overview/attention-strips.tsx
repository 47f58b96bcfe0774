import { useCallback } from 'react';
import type { StackSnapshot } from '../../../shared/model.ts';
import { useGpu } from '../../gpu.ts';
import { go } from '../../route.ts';
import { useWorkedOut } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { Prose } from '../../ui/prose.tsx';
import { attention, type Strip } from './attention.ts';

/** Problems, each with the one thing to do about it. */
export function AttentionStrips() {
  const gpus = useGpu((sample) => sample);
  const work = useCallback((snapshot: StackSnapshot) => attention(snapshot, gpus), [gpus]);
  const strips = useWorkedOut((s) => s, work);
  if (strips.length === 0) return null;
  return (
    <section className="strips" aria-label="Needs attention">
      {strips.map((strip) => (
        <Note
          key={strip.key}
          tone={strip.tone}
          title={strip.title}
          action={strip.action && <Action action={strip.action} />}
        >
          <Prose text={strip.text} />
        </Note>
      ))}
    </section>
  );
}

function Action({ action }: { readonly action: NonNullable<Strip['action']> }) {
  switch (action.kind) {
    case 'engine':
      return (
        <Button size="little" onClick={() => go({ page: 'engines', engine: action.engine })}>
          Show {action.engine}
        </Button>
      );
    case 'config':
      return (
        <Button size="little" onClick={() => go('config')}>
          {action.label}
        </Button>
      );
  }
}
