import type { KeyboardEvent } from 'react';

/** What of a row takes the focus: the first thing in it that opens it. */
const NAMES = '.row-name, .link-cell';

/**
 * For a list: ↑ and ↓ move the focus to the name of the row above or below, → to what is open beside the list. Rows that are far
 * away are mounted as it comes near.
 */
export function moveRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key === 'ArrowRight') return intoDetails(event);
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const here = (event.target as Element).closest('tr')?.querySelector<HTMLElement>(NAMES);
  const names = [...event.currentTarget.querySelectorAll<HTMLElement>('tr')].flatMap(
    (row) => row.querySelector<HTMLElement>(NAMES) ?? [],
  );
  const next = here ? names[names.indexOf(here) + step] : undefined;
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function intoDetails(event: KeyboardEvent<HTMLElement>): void {
  const name = (event.target as Element).closest('.row-name[aria-expanded="true"]');
  const details = name && event.currentTarget.closest('.models-split')?.querySelector<HTMLElement>('.inspector');
  if (!details) return;
  event.preventDefault();
  details.focus();
}
