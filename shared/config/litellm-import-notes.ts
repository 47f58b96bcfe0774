/** What an import leaves behind, line by line. */
import type { Locator } from './locate.ts';
import { show } from './report.ts';
import type { Path } from './shape.ts';

export interface NotCarried {
  /** Line of the source, from 1. */
  readonly line: number;
  readonly path: Path;
  /** Where it stands, for people: `router_settings.redis_host`. Never a value, which may be a secret. */
  readonly what: string;
  /** Why, or how it is different here, and what to do instead. */
  readonly why: string;
}

export interface Notes {
  /** Notes what is left behind, or is not quite the same here. */
  readonly leave: (path: Path, why: string) => void;
  readonly all: () => readonly NotCarried[];
}

export function notes(at: Locator): Notes {
  const list: NotCarried[] = [];
  return {
    leave: (path, why) => {
      const { line } = at.place(path, 'key');
      if (list.some((one) => one.line === line && one.why === why)) return;
      list.push({ line, path, what: show(path), why });
    },
    all: () => [...list].sort((a, b) => a.line - b.line),
  };
}
