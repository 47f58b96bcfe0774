import type { ReactNode } from 'react';

/** One sort of component, its states side by side. */
export function Shelf({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <div className="shelf">{children}</div>
    </section>
  );
}
