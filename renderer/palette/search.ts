import fuzzysort from 'fuzzysort';
import type { Command, CommandGroup } from './commands.ts';

/** The most rows the palette mounts. */
export const MAX_ROWS = 60;

export interface Hit {
  readonly command: Command;
  /** The title in pieces; those that were searched for are marked. */
  readonly title: readonly { readonly text: string; readonly found: boolean }[];
}

// a type, not an interface: Base UI asks for an index signature
export type HitGroup = {
  readonly name: CommandGroup | 'Found';
  readonly items: readonly Hit[];
};

/** The commands that a text means, best first; without a text all, in their groups. Never more than `MAX_ROWS`. */
export function search(commands: readonly Command[], text: string): readonly HitGroup[] {
  const wanted = text.trim();
  if (wanted === '') return grouped(commands.slice(0, MAX_ROWS));
  const options = { limit: MAX_ROWS, threshold: 0.3 };
  const byTitle = fuzzysort.go(wanted, commands, { ...options, key: 'title' });
  const known = new Set(byTitle.map(({ obj }) => obj));
  // `llama fail` finds "Log of llama", whose small print says that it failed
  const byAll = fuzzysort.go(wanted, commands, { ...options, key: ({ title, about }) => `${title} ${about}` });
  const items = [
    ...byTitle.map(({ obj, indexes }) => ({ command: obj, title: marked(obj.title, indexes) })),
    ...byAll
      .filter(({ obj }) => !known.has(obj))
      .map(({ obj, indexes }) => ({ command: obj, title: marked(obj.title, indexes) })),
  ].slice(0, MAX_ROWS);
  return items.length === 0 ? [] : [{ name: 'Found', items }];
}

function grouped(commands: readonly Command[]): readonly HitGroup[] {
  const groups = new Map<CommandGroup, Hit[]>();
  for (const command of commands) {
    const hit = { command, title: [{ text: command.title, found: false }] };
    groups.set(command.group, [...(groups.get(command.group) ?? []), hit]);
  }
  return [...groups].map(([name, items]) => ({ name, items }));
}

function marked(title: string, indexes: readonly number[]): Hit['title'] {
  const set = new Set(indexes);
  const pieces: { text: string; found: boolean }[] = [];
  for (let i = 0; i < title.length; i += 1) {
    const last = pieces.at(-1);
    const found = set.has(i);
    if (last && last.found === found) last.text += title[i];
    else pieces.push({ text: title.charAt(i), found });
  }
  return pieces;
}
