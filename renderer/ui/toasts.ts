import { Toast } from '@base-ui/react/toast';

/** The one queue of toasts; shown by `ToastRegion`. */
export const toastManager = Toast.createToastManager();

/** Says in one line that something went well; never for errors, which stay on the page. 6 s, at most two at a time. */
export function toast(title: string, action?: { readonly label: string; readonly run: () => void }): void {
  toastManager.add({
    title,
    timeout: 6000,
    ...(action ? { actionProps: { children: action.label, onClick: action.run } } : {}),
  });
}
