import { Pin, PinOff } from 'lucide-react';
import type { EngineView } from '../../shared/model.ts';
import { pinEngine } from '../actions.ts';
import { IconButton } from './button.tsx';

/** Keeps an engine up, or lets it go again: not stopped for being idle, for its group or to free memory. */
export function PinButton({ engine }: { readonly engine: Pick<EngineView, 'name' | 'pinned'> }) {
  const { name, pinned } = engine;
  const Icon = pinned ? PinOff : Pin;
  return (
    <IconButton
      name={
        pinned ? `Unpin ${name}` : `Pin ${name}: keep it up when it is idle, for its group and when memory is freed`
      }
      aria-label={pinned ? `Unpin ${name}` : `Pin ${name}`}
      size="little"
      onClick={() => void pinEngine(name, !pinned)}
    >
      <Icon className="icon small" aria-hidden="true" />
    </IconButton>
  );
}
