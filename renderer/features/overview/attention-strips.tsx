import { useMemo } from 'react';
import { useGpu } from '../../gpu.ts';
import { go } from '../../route.ts';
import { useStack } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { Prose } from '../../ui/prose.tsx';
import { attention, type Strip } from './attention.ts';

/** Problems, each with the one thing to do about it. */
export function AttentionStrips() {
  const gateway = useStack((s) => s.gateway);
  const config = useStack((s) => s.config);
  const engines = useStack((s) => s.engines);
  const gpus = useGpu((sample) => sample);
  const strips = useMemo(() => attention({ gateway, config, engines }, gpus), [gateway, config, engines, gpus]);
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
