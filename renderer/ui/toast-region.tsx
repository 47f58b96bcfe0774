import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { toastManager } from './toasts.ts';

/** Where toasts appear: bottom right, at most two. */
export function ToastRegion() {
  return (
    <Toast.Provider toastManager={toastManager} limit={2} timeout={6000}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Toasts() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((entry) => (
    <Toast.Root key={entry.id} toast={entry} className="toast">
      <Toast.Title className="toast-title" />
      <Toast.Action className="button ghost little" />
      <Toast.Close className="button ghost little icon-only" aria-label="Dismiss">
        <X className="icon small" aria-hidden="true" />
      </Toast.Close>
    </Toast.Root>
  ));
}
