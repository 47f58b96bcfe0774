/** What is a place of its own: it takes the focus of what goes away in it, and its keys go on working. */
const PLACES = 'tr, article, aside, form, section, [role="dialog"], main';

/**
 * Keeps the focus near when the button that has it goes away or can't be pressed any more: `Stop` while an engine stops,
 * `Cancel` of a request that has ended. Without it the focus falls to the page's begin, and the next key does nothing. It goes
 * to the place around, not to another button: nobody presses by accident what they did not choose. Gives what ends that.
 */
export function keepFocus(page: Document = document): () => void {
  const lost = ({ target, relatedTarget }: FocusEvent): void => {
    if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
    // It is still where it was: Chromium tells before it takes it away.
    const places = placesOf(target);
    requestAnimationFrame(() => {
      if (page.activeElement !== page.body || (target.isConnected && !target.matches(':disabled'))) return;
      // What lay over the page may be gone with all around it.
      const place = places.find((one) => one.isConnected) ?? page.querySelector('main');
      if (place === null) return;
      if (!place.hasAttribute('tabindex')) place.tabIndex = -1;
      place.focus({ preventScroll: true });
    });
  };
  page.addEventListener('focusout', lost);
  return () => page.removeEventListener('focusout', lost);
}

/** From the inside out. */
function placesOf(element: HTMLElement): readonly HTMLElement[] {
  const around = element.parentElement?.closest<HTMLElement>(PLACES) ?? null;
  return around === null ? [] : [around, ...placesOf(around)];
}
