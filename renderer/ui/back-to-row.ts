/** Gives the focus back to the row whose details are about to be closed, if it is in them. */
export function backToRow(): void {
  if (document.activeElement?.closest('.inspector') == null) return;
  document.querySelector<HTMLElement>('.row-name[aria-expanded="true"]')?.focus({ preventScroll: true });
}
