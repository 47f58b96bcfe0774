import { type RefObject, useLayoutEffect, useState } from 'react';

export interface View {
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
}

/** How far a scrolling element is scrolled and how big it is; renders again when that changes. */
export function useView(ref: RefObject<HTMLElement | null>): View {
  const [view, setView] = useState<View>({ scrollTop: 0, width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () =>
      setView({ scrollTop: element.scrollTop, width: element.clientWidth, height: element.clientHeight });
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      watch.disconnect();
    };
  }, [ref]);
  return view;
}
