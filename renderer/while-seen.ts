/** Calls `watch` with whether the window can be seen, now and at each change; with false at the end. Gives back what ends it. */
export function whileSeen(watch: (on: boolean) => void, page: Document): () => void {
  const look = (): void => watch(page.visibilityState === 'visible');
  page.addEventListener('visibilitychange', look);
  look();
  return () => {
    page.removeEventListener('visibilitychange', look);
    watch(false);
  };
}
