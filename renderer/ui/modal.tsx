import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './button.tsx';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly wide?: boolean;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** A dialog over the page: Esc and the backdrop close it, focus returns to where it was. */
export function Modal({ open, onClose, title, wide = false, footer, children }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={classes('dialog', wide && 'wide')}>
          <header>
            <Dialog.Title render={<h2>{title}</h2>} />
            {/* no tooltip: it would open with the first focus and take the first Esc */}
            <Dialog.Close className="button ghost icon-only" aria-label="Close">
              <X className="icon" aria-hidden="true" />
            </Dialog.Close>
          </header>
          <div className="dialog-body scroll">{children}</div>
          {footer && <footer>{footer}</footer>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
