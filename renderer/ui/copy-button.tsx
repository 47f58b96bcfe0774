import { Copy } from 'lucide-react';
import { copy } from '../actions.ts';
import { IconButton } from './button.tsx';

/** Puts `text` on the clipboard. `what` completes "Copy …". */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <IconButton name={`Copy ${what}`} size="little" onClick={() => void copy(text, what)}>
      <Copy className="icon small" aria-hidden="true" />
    </IconButton>
  );
}
